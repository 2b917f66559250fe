/** Where a coach's voice can be heard, in the language of its exercise. */
export const sampleUrl = (persona: string, language: string): string => `/personas/${encodeURIComponent(persona)}/sample?language=${encodeURIComponent(language)}`;
