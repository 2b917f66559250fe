/** Drawn on a field of 120 × 120, of which the middle is shown in a circle. The mouth opens with `--level`, which whoever shows the face may set. */
export const FACES: Readonly<Record<string, () => React.JSX.Element>> = { marie: Marie, thomas: Thomas };

function Marie() {
  return (
    <>
      <rect width="120" height="120" fill="#f3d3bd" />
      <path d="M29 66C26 38 41 19 61 19s34 18 31 46c-1 14 1 24 4 31-9 7-21 8-28 5H52c-8 3-20 2-28-5 3-8 6-17 5-30z" fill="#4b2a22" />
      <path d="M16 122c1-19 13-27 30-30h28c17 3 29 11 30 30z" fill="#0d6e63" />
      <path d="M46 91.500c4 9 24 9 28 0l-3-.8c-5 4-17 4-22 0z" fill="#0a564d" />
      <path d="M51 74h18v14c0 5.5-18 5.5-18 0z" fill="#d99b7a" />
      <path d="M40 53c0-17 9-26 20-26s20 9 20 26c0 17-10 29-20 29S40 70 40 53z" fill="#f2c3a2" />
      <circle cx="47" cy="65" r="4" fill="#e99f83" opacity=".55" />
      <circle cx="73" cy="65" r="4" fill="#e99f83" opacity=".55" />
      <path d="M38 60c-2-22 9-34 24-34 14 0 22 11 20 33-2-9-6-16-12-21-7 8-22 9-32 22z" fill="#5f372c" />
      <path d="M47 50.500q4.5-3 9-.8M64 49.700q4.5-2.2 9 .8" className="face-line" stroke="#4b2a22" strokeWidth="2" />
      <ellipse cx="51.8" cy="56.5" rx="2.3" ry="2.8" fill="#2a1813" />
      <ellipse cx="68.2" cy="56.5" rx="2.3" ry="2.8" fill="#2a1813" />
      <path d="M60.5 57.500q-2.2 5 .8 6.5" className="face-line" stroke="#d08e6c" strokeWidth="1.8" />
      <Mouth y={70.5} colour="#a8433a" />
      <circle cx="39.5" cy="66" r="2" fill="#e8b54a" />
      <circle cx="80.5" cy="66" r="2" fill="#e8b54a" />
    </>
  );
}

function Thomas() {
  return (
    <>
      <rect width="120" height="120" fill="#c9dbe6" />
      <path d="M14 122c1-20 14-28 31-31h30c17 3 30 11 31 31z" fill="#27374f" />
      <path d="M46 90l14 16 14-16 4 3-9 20-9-8-9 8-9-20z" fill="#f4f6f8" />
      <path d="M50.5 75h19v14.500L60 101l-9.5-11.500z" fill="#c98d68" />
      <ellipse cx="38.5" cy="57" rx="4" ry="6" fill="#dba47e" />
      <ellipse cx="81.5" cy="57" rx="4" ry="6" fill="#dba47e" />
      <path d="M39 50c0-17 9-25 21-25s21 8 21 25v8c0 16-11 26-21 26S39 74 39 58z" fill="#e8b690" />
      <path d="M39 57c2 3 3 6 5 7 5-2 10-3 16-3s11 1 16 3c2-1 3-4 5-7v4c0 15-11 24.5-21 24.500S39 76 39 61z" fill="#2e231f" opacity=".9" />
      <path d="M49.5 70.500c2.5-5.5 18.5-5.5 21 0 1 5-5 9-10.5 9s-11.5-4-10.5-9z" fill="#e8b690" />
      <path d="M37.5 53C34 33 45 20 61 20c15 0 25 11 21.5 33-1.5-6-3-9-5.5-12-10 1-24 0-31-5-4 4-7 9-8.5 17z" fill="#33271f" />
      <path d="M46.5 49q4.5-2.5 9-.6M64.5 48.400q4.5-1.9 9 .6" className="face-line" stroke="#33271f" strokeWidth="2.4" />
      <circle cx="51.5" cy="55.5" r="2.5" fill="#221712" />
      <circle cx="68.5" cy="55.5" r="2.5" fill="#221712" />
      <path d="M43.5 55.500a7.8 7.8 0 1 0 15.6 0a7.8 7.8 0 1 0-15.6 0M60.9 55.500a7.8 7.8 0 1 0 15.6 0a7.8 7.8 0 1 0-15.6 0M59 54.500q1-1 2 0" className="face-line" stroke="#3c4a5c" strokeWidth="1.7" />
      <path d="M60.3 58.500q-2 4.5.6 5.8" className="face-line" stroke="#c07f58" strokeWidth="1.8" />
      <Mouth y={71.5} colour="#93463a" />
    </>
  );
}

/** A smile, and what opens under it when the coach speaks. */
function Mouth({ y, colour }: { y: number; colour: string }) {
  return (
    <>
      <ellipse className="face-mouth" cx="60" cy={y + 2.5} rx="5.5" ry="4" fill="#6d221f" style={{ transformOrigin: `60px ${y + 1.5}px` }} />
      <path d={`M53 ${y}q7 6 14 0`} className="face-line" stroke={colour} strokeWidth="2.5" />
    </>
  );
}
