/** Facts about mail, as of 2026-11: who offers mailboxes to anybody, and which mailboxes stand for an office. Not policy: what follows from them is. */
export const freeMailDomains: ReadonlySet<string> = new Set([
  'gmail.com', 'googlemail.com', 'yahoo.com', 'yahoo.co.uk', 'yahoo.fr', 'yahoo.de', 'yahoo.co.in', 'yahoo.co.jp', 'ymail.com', 'rocketmail.com',
  'hotmail.com', 'hotmail.co.uk', 'hotmail.fr', 'hotmail.de', 'hotmail.it', 'hotmail.es', 'outlook.com', 'outlook.de', 'outlook.fr', 'live.com',
  'live.co.uk', 'live.fr', 'msn.com', 'aol.com', 'icloud.com', 'me.com', 'mac.com', 'proton.me', 'protonmail.com', 'pm.me', 'tutanota.com', 'tuta.io',
  'gmx.com', 'gmx.net', 'gmx.de', 'gmx.at', 'gmx.ch', 'web.de', 't-online.de', 'freenet.de', 'posteo.de', 'mailbox.org', 'mail.com', 'email.com',
  'zoho.com', 'zohomail.com', 'yandex.com', 'yandex.ru', 'mail.ru', 'bk.ru', 'inbox.ru', 'list.ru', 'rambler.ru', 'orange.fr', 'wanadoo.fr', 'free.fr',
  'laposte.net', 'sfr.fr', 'libero.it', 'virgilio.it', 'tiscali.it', 'alice.it', 'bluewin.ch', 'telenet.be', 'skynet.be', 'ziggo.nl', 'kpnmail.nl',
  'qq.com', '163.com', '126.com', 'sina.com', 'naver.com', 'daum.net', 'hanmail.net', 'rediffmail.com', 'uol.com.br', 'bol.com.br', 'terra.com.br',
  'comcast.net', 'verizon.net', 'att.net', 'sbcglobal.net', 'cox.net', 'earthlink.net', 'btinternet.com', 'sky.com', 'virginmedia.com', 'talktalk.net',
  'fastmail.com', 'hey.com', 'seznam.cz', 'wp.pl', 'o2.pl', 'interia.pl', 'onet.pl', 'abv.bg', 'ukr.net', 'rogers.com', 'shaw.ca', 'bigpond.com',
]);

export const roleNames: ReadonlySet<string> = new Set([
  'info', 'sales', 'office', 'contact', 'hello', 'support', 'help', 'admin', 'administrator', 'billing', 'accounts', 'marketing', 'press', 'hr', 'jobs',
  'team', 'enquiries', 'inquiries', 'mail', 'webmaster', 'postmaster', 'noreply', 'no-reply', 'service', 'kontakt', 'vertrieb', 'contato', 'contacto', 'ventas',
]);
