import { readFileSync, readdirSync } from 'node:fs';

/** CPU seconds since the process began, and memory in MB: PSS, shared pages counted by share. */
export interface Use {
  readonly cpuSeconds: number;
  readonly megabytes: number;
}

const TICKS_A_SECOND = 100; // Linux reports in USER_HZ, which is 100 on every supported machine

/** What a process and all its descendants use. Linux only: read from /proc. */
export function treeUse(pid: number): Use {
  const parents = new Map(readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((name) => [Number(name), stat(Number(name))?.parent]));
  const inTree = (candidate: number | undefined): boolean => candidate === pid || (candidate !== undefined && candidate > 1 && inTree(parents.get(candidate)));
  const members = [...parents.keys()].filter(inTree);
  return {
    cpuSeconds: members.reduce((sum, member) => sum + (stat(member)?.cpuSeconds ?? 0), 0),
    megabytes: members.reduce((sum, member) => sum + pss(member), 0),
  };
}

function stat(pid: number): { parent: number; cpuSeconds: number } | undefined {
  try {
    // Fields after the command, which may itself contain spaces and parentheses.
    const fields = readFileSync(`/proc/${String(pid)}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ').map(Number);
    return { parent: fields[1] ?? 0, cpuSeconds: ((fields[11] ?? 0) + (fields[12] ?? 0)) / TICKS_A_SECOND };
  } catch {
    return undefined; // it has ended meanwhile
  }
}

function pss(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${String(pid)}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1_024;
  } catch {
    return 0;
  }
}
