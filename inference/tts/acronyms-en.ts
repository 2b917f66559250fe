/** Read as words although they are short. */
const WORDS = new Set(['NASA', 'NATO', 'FIFA', 'OPEC', 'AIDS', 'SWOT', 'SMART', 'SCRUM', 'PIN', 'SIM', 'RAM', 'ROM', 'GIF', 'LAN', 'WAN', 'ZIP', 'COVID', 'CAD', 'JPEG', 'MODEM', 'SAAS', 'VAT']);
/** Read letter by letter although they could be read as words. */
const LETTERS = new Set(['USA', 'UAE', 'CEO', 'COO', 'CIO', 'CFO', 'CTO', 'ROI', 'API', 'FAQ', 'URL', 'ETA', 'DIY', 'UX', 'UI', 'AI', 'ASAP', 'IQ', 'EQ', 'IBAN', 'USB', 'AKA', 'IOU', 'RSVP', 'UNO', 'IPO', 'ESG', 'BBC', 'MBA', 'CV', 'VIP', 'OKR', 'OECD']);
/** Small words that somebody has written in capitals. */
const SHOUTED = new Set(
  ('A I AM AN AND ANY ARE AS ASK AT BAD BE BIG BUT BY CAN DAY DID DO DONT END FEW FOR GET GO GOD GOT HAD HAS HE HER HERE HI HIM HIS HOW IF IN IS IT ITS JOB KEY LET LOT MAY ME MY NEW NO NOR NOT NOW OF OFF OH OK OLD ON ONE OR OUR OUT OWN ' +
    'PUT RUN SAD SAY SEE SET SHE SIT SO SUM TEN THE TOO TOP TRY TWO UP US USE WAS WAY WE WHO WHY WIN YES YET YOU ALL BAR BUY CUT EAT FAR FUN GUY HEY LAW LAY LOW MAN MEN MET MIX NET ODD PAY RED SIX SKY SON TIP WAR WON WOW AH EH HA ' +
    'BEST CALM STOP THINK THAT THIS THEM THEY THEN THERE WHAT WHEN WHERE WITH WELL VERY FIRST NEXT LAST MUST SPEAK SLOW SLOWLY SHORT START TRUST STEP LISTEN THANK THANKS PLEASE WORLD WORK WORDS FRONT MUCH SUCH JUST WANT NEVER').split(' '),
);

/** One to three consonants, vowels, consonants: what can be read as an English word of four or five letters. */
const READABLE = /^(?:[BCDFGHJKLMNPQRSTVWXYZ]{0,2}[AEIOUY]{1,2})+[BCDFGKLMNPRSTXYZ]{0,2}E?S?$/;

/** Whether a word in capitals is an acronym that is read letter by letter: "CEO" but not "NASA" nor "STOP". */
export function isSpelledInEnglish(word: string): boolean {
  if (LETTERS.has(word)) return true;
  if (WORDS.has(word) || SHOUTED.has(word)) return false;
  return word.length <= 3 || (word.length <= 5 && !READABLE.test(word));
}
