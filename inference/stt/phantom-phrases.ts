/**
 * Whisper learned from subtitles and, given next to nothing, writes what subtitles end with. The gates before it (no
 * voice, no confidence) stop nearly all of that; this is the last lock. Whole transcripts only: a learner may well say
 * "merci" or speak of subtitles.
 */
const PHANTOMS = [
  /^sous[- ]?titr(es|age)\b.*(communauté|amara|réalisés?|par|st'? ?501|mfp$|fr \d{4}|société radio-canada|soustitreur)/,
  /^(❤️ )?par soustitreur/,
  /amara\.org/,
  /^merci d'avoir regardé( cette vidéo| la vidéo)?$/,
  /^(abonnez-vous|n'oubliez pas de vous abonner)( à (la|ma) chaîne)?$/,
  /^(thanks|thank you)( so much)? for watching( (this|the|my) video)?$/,
  /^(please |don't forget to )?(like and )?subscribe( to (my|the|our) channel)?$/,
  /^(subtitles|captions|transcription|transcribed|translated|translation) by\b/,
  /^© ?bf-watch tv/,
  /^www\.[a-z0-9.-]+$/,
];

export function isPhantom(text: string): boolean {
  const plain = text.toLowerCase().replaceAll('’', "'").replace(/[\s.!?…]+$/u, '').trim();
  return PHANTOMS.some((phantom) => phantom.test(plain));
}
