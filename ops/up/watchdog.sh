#!/bin/sh
# Ends the stack's processes when `eloquence up` is gone without a word (SIGKILL, a crash, out of memory). It reads
# "watch GROUP" and "forget GROUP" from a pipe that only `up` holds: its end is the sign. A shell, because it waits
# for hours in 1 MB, and because it must not need anything that can fail.
trap '' INT TERM HUP
groups=' '
while read -r what group; do
  case $what in
    watch) groups="$groups$group " ;;
    forget) groups="${groups%% $group *} ${groups#* $group }" ;;
  esac
done
for group in $groups; do kill -TERM "$group" 2>/dev/null; done
[ "$groups" = ' ' ] || sleep "${1:-4}"
for group in $groups; do kill -KILL "-$group" 2>/dev/null; done
exit 0
