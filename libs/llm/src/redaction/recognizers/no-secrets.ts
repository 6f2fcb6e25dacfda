/**
 * What people say of a secret where the secret itself could stand: `password: expired`. Only words that stand alone after a colon need
 * to be here; anything that is followed by more words is not taken for a secret.
 */
const WORDS: Readonly<Record<string, string>> = {
  'many languages': 'ok okay n/a null none nil undefined false true tbd status error',
  English:
    'expired incorrect invalid wrong missing required empty blank unknown forgotten forgot lost blocked locked disabled inactive deactivated revoked rejected refused reset changed unchanged weak strong short long mandatory optional needed unavailable unsupported broken correct valid active accepted protected encrypted hidden secret password stolen leaked compromised same different urgent help please thanks yes nothing nope failed failure denied unauthorized forbidden mismatch pending attached above below enclosed here there later soon important confidential private',
  German:
    'abgelaufen falsch ungültig vergessen gesperrt fehlt fehlend leer unbekannt verloren zurückgesetzt zurücksetzen geändert deaktiviert abgelehnt inkorrekt erforderlich notwendig nötig kaputt defekt richtig korrekt gültig dringend hilfe keins keines nein siehe',
  French:
    'expiré expirée oublié oubliée incorrect incorrecte invalide erroné erronée faux fausse manquant manquante requis requise obligatoire perdu perdue bloqué bloquée vide inconnu inconnue refusé refusée changé réinitialisé aucun urgent aide',
  Spanish:
    'caducada caducado expirada expirado incorrecta incorrecto inválida inválido errónea equivocada olvidada olvidado perdida bloqueada bloqueado vacía vacío requerida requerido obligatoria obligatorio desconocida rechazada cambiada ninguna urgente ayuda',
  Portuguese:
    'expirada expirado incorreta incorreto inválida inválido errada errado esquecida esquecido perdida bloqueada bloqueado vazia vazio obrigatória desconhecida recusada alterada nenhuma urgente ajuda',
  Italian:
    'scaduta scaduto errata errato sbagliata sbagliato dimenticata dimenticato persa bloccata bloccato mancante vuota vuoto richiesta obbligatoria sconosciuta rifiutata cambiata nessuna valida urgente aiuto',
  Dutch:
    'verlopen vergeten onjuist ongeldig verkeerd fout geblokkeerd leeg onbekend verloren vereist verplicht gewijzigd geweigerd geen dringend hulp',
  Polish:
    'wygasło nieprawidłowe niepoprawne błędne złe zapomniane zablokowane puste brak nieznane wymagane zmienione odrzucone pilne pomoc',
  Russian:
    'неверный неправильный истёк истек просрочен забыл забыла забыт утерян заблокирован пустой неизвестен обязателен изменён отклонён нет срочно помогите',
  'Swedish, Danish':
    'utgånget felaktigt fel glömt spärrat saknas tomt ogiltigt udløbet forkert glemt spærret mangler ugyldig hjälp hjælp',
};

export const NO_SECRETS: ReadonlySet<string> = new Set(Object.values(WORDS).flatMap((words) => words.split(' ')));
