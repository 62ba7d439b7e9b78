"""The markup of phpBB's style prosilver, as templates; what is filled in is escaped already."""

from __future__ import annotations

from html import escape

from radar.demo.markup import excerpt, lines, pieces

SIGNATURES = {
    2: "Wer lesen kann, ist klar im Vorteil.",
    3: 'Mein Blog: <a href="http://blog.example/" class="postlink">blog.example</a> – suche immer Gastautoren!',
    5: "Kein Backup? Kein Mitleid.",
}

_SMILIES = {
    ":-)": ("icon_e_smile.gif", "Lächeln"),
    ";-)": ("icon_e_wink.gif", "Zwinkern"),
    ":-(": ("icon_e_sad.gif", "Traurig"),
}


def text(plain: str) -> str:
    """A post's text: line breaks, links, smilies as images, code in its box."""
    html: list[str] = []
    for code, part in pieces(plain):
        if code:
            html.append(
                '<div class="codebox"><p>Code: <a href="#" onclick="selectCode(this); return false;">Alles auswählen</a></p>'
                f"<pre><code>{escape(part, quote=False)}</code></pre></div>"
            )
        else:
            html.append(_smilies(lines(part, '<a href="{url}" class="postlink">{url}</a>')))
    return "".join(html)


def quoted(plain: str) -> str:
    """What a quote shows of another post."""
    return _smilies(lines(excerpt(plain)))


def message(sentence: str) -> str:
    """The box in which phpBB says that something cannot be shown."""
    return f"""<div class="panel" id="message"><div class="inner">
<h2 class="message-title">Information</h2>
<p>{sentence}</p>
</div></div>"""


def _smilies(html: str) -> str:
    for code, (file, title) in _SMILIES.items():
        image = f'<img class="smilies" src="./images/smilies/{file}" width="15" height="17" alt="{code}" title="{title}">'
        html = html.replace(code, image)
    return html


PAGE = """<!DOCTYPE html>
<html dir="ltr" lang="de">
<head>
<meta charset="utf-8" />
<meta http-equiv="X-UA-Compatible" content="IE=edge">
<meta name="viewport" content="width=device-width, initial-scale=1" />
<title>{title} - {name}</title>
<link rel="alternate" type="application/atom+xml" title="Feed - {name}" href="{feed_all}">
<link rel="alternate" type="application/atom+xml" title="Feed - {title}" href="{feed}">
{canonical}
<link href="./assets/css/font-awesome.min.css?assets_version=12" rel="stylesheet">
<link href="./styles/prosilver/theme/stylesheet.css?assets_version=12" rel="stylesheet">
</head>
<body id="phpbb" class="nojs notouch section-{section} ltr ">
<div id="wrap" class="wrap">
<a id="top" class="top-anchor" accesskey="t"></a>
<div id="page-header">
<div class="headerbar" role="banner"><div class="inner">
<div id="site-description" class="site-description">
<a id="logo" class="logo" href="{home}" title="Foren-Übersicht"><span class="site_logo"></span></a>
<h1>{name}</h1>
<p class="skiplink"><a href="#start_here">Zum Inhalt</a></p>
</div></div></div>
<div class="navbar" role="navigation"><div class="inner">
<ul id="nav-main" class="nav-main linklist" role="menubar">
<li class="rightside" data-skip-responsive="true"><a href="{login}" title="Anmelden" accesskey="x" role="menuitem"><i class="icon fa-power-off fa-fw" aria-hidden="true"></i><span>Anmelden</span></a></li>
<li class="rightside" data-skip-responsive="true"><a href="{register}" role="menuitem"><i class="icon fa-pencil-square-o fa-fw" aria-hidden="true"></i><span>Registrieren</span></a></li>
</ul>
<ul id="nav-breadcrumbs" class="nav-breadcrumbs linklist navlinks" role="menubar">
<li class="breadcrumbs"><span class="crumb"><a href="{home}" accesskey="h" data-navbar-reference="index"><i class="icon fa-home fa-fw"></i><span>Foren-Übersicht</span></a></span></li>
</ul>
</div></div>
</div>
<a id="start_here" class="anchor"></a>
<div id="page-body" class="page-body" role="main">
{body}
</div>
<div id="page-footer" class="page-footer" role="contentinfo">
<div class="copyright">
<p class="footer-row"><span class="footer-copyright">Powered by <a href="https://www.phpbb.com/">phpBB</a>&reg; Forum Software &copy; phpBB Limited</span></p>
<p class="footer-row"><span class="footer-copyright">Deutsche Übersetzung durch phpBB.de</span></p>
</div></div>
</div>
</body>
</html>
"""

FORUM_LIST = """<div class="forabg"><div class="inner">
<ul class="topiclist"><li class="header"><dl class="row-item">
<dt><div class="list-inner">Forum</div></dt><dd class="topics">Themen</dd><dd class="posts">Beiträge</dd><dd class="lastpost"><span>Letzter Beitrag</span></dd>
</dl></li></ul>
<ul class="topiclist forums">
{rows}
</ul></div></div>"""

FORUM_ROW = """<li class="row"><dl class="row-item forum_read">
<dt title="Keine ungelesenen Beiträge"><div class="list-inner">
<a href="{link}" class="forumtitle">{name}</a>
</div></dt>
<dd class="topics">{topics} <dfn>Themen</dfn></dd>
<dd class="posts">{posts} <dfn>Beiträge</dfn></dd>
<dd class="lastpost"><span>{last}</span></dd>
</dl></li>"""

TOPIC_LIST = """<h2 class="forum-title"><a href="{link}">{name}</a></h2>
<div class="action-bar bar-top">{pages}</div>
<div class="forumbg"><div class="inner">
<ul class="topiclist"><li class="header"><dl class="row-item">
<dt><div class="list-inner">Themen</div></dt><dd class="posts">Antworten</dd><dd class="views">Zugriffe</dd><dd class="lastpost"><span>Letzter Beitrag</span></dd>
</dl></li></ul>
<ul class="topiclist topics">
{rows}
</ul></div></div>
<div class="action-bar bar-bottom">{pages}</div>"""

TOPIC_ROW = """<li class="row bg{stripe}"><dl class="row-item topic_read">
<dt title="Keine ungelesenen Beiträge"><div class="list-inner">
<a href="{link}" class="topictitle">{title}</a><br />
<div class="responsive-show" style="display: none;">Letzter Beitrag {last}</div>
<div class="topic-poster responsive-hide left-box">von {author} &raquo; {time}</div>
{jumps}
</div></dt>
<dd class="posts">{replies} <dfn>Antworten</dfn></dd>
<dd class="views">{views} <dfn>Zugriffe</dfn></dd>
<dd class="lastpost"><span><dfn>Letzter Beitrag </dfn>{last}</span></dd>
</dl></li>"""

TOPIC_JUMPS = """<div class="pagination"><span><i class="icon fa-clone fa-fw" aria-hidden="true"></i></span><ul>
{pages}
</ul></div>"""

LAST_POST = """von {author} <a href="{link}" title="Gehe zum letzten Beitrag"><i class="icon fa-external-link-square fa-fw icon-lightgray icon-md" aria-hidden="true"></i><span class="sr-only"></span></a><br />{time}"""

TOPIC = """<h2 class="topic-title"><a href="{link}">{title}</a></h2>
<p class="crumbs"><a href="{board_link}"><span>{board}</span></a></p>
<div class="action-bar bar-top">{pages}</div>
{posts}
<div class="action-bar bar-bottom">{pages}</div>
<p class="jumpbox-return"><a href="{board_link}" class="left-box arrow-left" accesskey="r"><i class="icon fa-angle-left fa-fw icon-black" aria-hidden="true"></i><span>Zurück zu „{board}“</span></a></p>"""

POST = """<div id="p{id}" class="post has-profile bg{stripe}"><div class="inner">
<dl class="postprofile" id="profile{id}">
<dt class="no-profile-rank no-avatar"><div class="avatar-container"></div>{author}</dt>
<dd class="profile-posts"><strong>Beiträge:</strong> {count}</dd>
<dd class="profile-joined"><strong>Registriert:</strong> {joined}</dd>
</dl>
<div class="postbody"><div id="post_content{id}">
<h3 ><a href="{link}">{title}</a></h3>
<ul class="post-buttons"><li><a href="{quote_link}" title="Mit Zitat antworten" class="button button-icon-only"><i class="icon fa-quote-left fa-fw" aria-hidden="true"></i><span class="sr-only">Mit Zitat antworten</span></a></li></ul>
<p class="author"><a class="unread" href="{link}" title="Beitrag"><i class="icon fa-file fa-fw icon-lightgray icon-md" aria-hidden="true"></i><span class="sr-only">Beitrag</span></a> <span class="responsive-hide">von <strong>{author}</strong> &raquo; </span>{time}</p>
<div class="content">{content}</div>
{edited}
{signature}
</div></div>
<div class="back2top"><a href="#top" class="top" title="Nach oben"><i class="icon fa-chevron-circle-up fa-fw icon-gray" aria-hidden="true"></i><span class="sr-only">Nach oben</span></a></div>
</div></div>"""

QUOTE = """<blockquote><div><cite><a href="{profile}">{author}</a> hat geschrieben: <a href="{link}" data-post-id="{id}" onclick="if(document.getElementById(hash.substr(1)))href=hash"><i class="icon fa-arrow-circle-up fa-fw icon-gray"></i></a><span class="responsive-hide">{time}</span></cite>{text}</div></blockquote>
"""

EDITED = """<div class="notice">Zuletzt geändert von {author} am {time}, insgesamt 1-mal geändert.</div>"""

ONE_PAGE = """<div class="pagination">{label} &bull; Seite <strong>1</strong> von <strong>1</strong></div>"""

PAGES = """<div class="pagination">{label}
<ul>
{items}
</ul></div>"""

PREVIOUS = """<li class="arrow previous"><a class="button button-icon-only" href="{link}" rel="prev" role="button"><i class="icon fa-chevron-left fa-fw" aria-hidden="true"></i><span class="sr-only">Vorherige</span></a></li>"""

NEXT = """<li class="arrow next"><a class="button button-icon-only" href="{link}" rel="next" role="button"><i class="icon fa-chevron-right fa-fw" aria-hidden="true"></i><span class="sr-only">Nächste</span></a></li>"""

LOGIN = """<form action="{action}" method="post" id="login" data-focus="username">
<div class="panel"><div class="inner">
<div class="content">
<h2 class="login-title">Anmelden</h2>
<p>{message}</p>
<fieldset class="fields1">
<dl><dt><label for="username">Benutzername:</label></dt><dd><input type="text" tabindex="1" name="username" id="username" size="25" value="" class="inputbox autowidth"></dd></dl>
<dl><dt><label for="password">Passwort:</label></dt><dd><input type="password" tabindex="2" id="password" name="password" size="25" class="inputbox autowidth" autocomplete="off"></dd></dl>
<dl><dt>&nbsp;</dt><dd><input type="submit" name="login" tabindex="6" value="Anmelden" class="button1"></dd></dl>
</fieldset>
</div></div></div>
</form>"""

FEED = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de">
<link rel="self" type="application/atom+xml" href="{base}{path}" />
<title>{name}</title>
<link href="{base}/index.php" />
<updated>{updated}</updated>
<author><name><![CDATA[{name}]]></name></author>
<id>{base}{path}</id>
{entries}
</feed>
"""

ENTRY = """<entry>
<author><name><![CDATA[{author}]]></name></author>
<updated>{updated}</updated>
<published>{published}</published>
<id>{base}/viewtopic.php?p={id}#p{id}</id>
<link href="{base}/viewtopic.php?p={id}#p{id}"/>
<title type="html"><![CDATA[{title}]]></title>
<category term="{board}" scheme="{base}/viewforum.php?f={forum}" label="{board}"/>
<content type="html" xml:base="{base}/viewtopic.php?p={id}#p{id}"><![CDATA[
{content}<p>Statistik: Verfasst von <a href="{base}/memberlist.php?mode=viewprofile&amp;u={author_id}">{author}</a> — {time}</p><hr />
]]></content>
</entry>"""
