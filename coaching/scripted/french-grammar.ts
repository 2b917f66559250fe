const words = (list: string): ReadonlySet<string> => new Set(list.split(/\s+/).filter((word) => word !== ''));

/** Adjectives that stand before their noun, folded. */
export const ADJECTIVES_BEFORE = words(`grand grande grands grandes petit petite petits petites premier premiere premiers premieres nouveau nouvelle nouvel
  nouveaux nouvelles ancien ancienne anciens anciennes jeune jeunes beau belle bel beaux belles bon bonne bons bonnes gros grosse vieux vieille meilleur
  meilleure meilleurs meilleures dernier derniere derniers dernieres propre vrai vraie autre autres deux trois quatre cinq seul seule double prochain prochaine futur future`);

/** Nouns too general to be said back, and words that only look like nouns after an article. Folded. */
export const EMPTY_WORDS = words(`chose choses truc trucs fois jour jours temps moment moments gens maniere facon question questions exemple exemples fait faits cas cote
  point points peu plupart fin debut suite partie parties sorte sortes type types genre annee annees mois semaine heure heures minute minutes matin soir
  vie monde personne personnes mot mots reponse raison raisons part place lieu rapport niveau nombre reste mieux plus moins meme memes autre autres
  premier premiere dernier derniere besoin envie droit air impression bon bonne tout toute tous toutes lot tas ensemble maximum minimum coup
  quoi que qui dont est sont etait sera serait ont avait sais suis peux veux dois fais faut avoir etre faire dire aller voir savoir pouvoir vouloir
  tres trop assez bien mal pas jamais toujours souvent parfois vraiment aussi encore deja peut comme avec pour dans par sur sous chez vers entre
  mais donc alors ainsi quand ici bas lui elle eux leur leurs cela ceci celui celle ceux celles ci moi toi soi nous vous
  sans selon depuis pendant avant apres jusque quelque quelques
  suivant suivante prochain prochaine passe passee sujet chance but idee idees sens base
  euh ben bah voila hum merde con putain prompt instruction instructions consigne consignes`);

/** “h” that forbids elision, as far as learners say them. */
export const ASPIRATED = words('heros handicap hasard hall haut hobby hobbies harcelement hockey handball hamster hangar haine hierarchie hors huit hublot halte honte');

/** What ties a noun to a second one that belongs to it. */
export const NOUN_LINKS = words("de d' du des en");

/** After these, an infinitive says what somebody likes, wants or hopes to do. */
export const INFINITIVE_LEADS = words('aime aimes adore prefere deteste aimerais adorerais voudrais reve envie passion aimons esperons espere plaisir');

/** Written with a capital in mid-sentence without being worth a question. */
export const COMMON_CAPITALS = words('marie thomas bonjour bonsoir merci oui non monsieur madame dieu noel internet francais france je il elle on vous nous euh alors donc');
