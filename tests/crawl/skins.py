"""How phpBB, MyBB, SMF, FluxBB and PunBB show a forum to guests, in outline."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tests.crawl.oldboards import BOARDS, CLOSED, LOCAL, SESSION, Forum, Post, Skin, Thread, last_of
from tests.servers import Answer, page

Rows = Iterable[tuple[Thread, bool]]
Posts = Iterable[tuple[int, Post]]


def _counts(forum: Forum, board: int) -> tuple[int, int]:
    threads = [each for each in forum.threads if each.board == board]
    return len(threads), sum(len(each.posts) for each in threads)


# --- phpBB: session ids in all links of a visit without cookies, the last page past the end ------------------------

_SID = f"&amp;sid={SESSION}"


def _phpbb(inner: str, head: str = "") -> str:
    return f'<!DOCTYPE html><html lang="en"><head>{head}</head><body id="phpbb">{inner}</body></html>'


def _phpbb_pager(address: str, page: int, pages: int, step: int) -> str:
    if page >= pages:
        return '<div class="pagination">9 posts</div>'
    link = f'<a class="button" href="./{address}{_SID}&amp;start={page * step}" rel="next" role="button">Next</a>'
    return f'<div class="pagination">9 posts <ul><li class="arrow next">{link}</li></ul></div>'


def _phpbb_index(forum: Forum) -> str:
    rows = "".join(
        f'<li class="row"><dl class="row-item forum_read"><dt><div class="list-inner"><a href="./viewforum.php?f={each}{_SID}"'
        f' class="forumtitle">{name}</a></div></dt><dd class="topics">{_counts(forum, each)[0]}</dd><dd class="lastpost"><span>'
        f'<a href="./viewtopic.php?p={last_of(forum, each).id}{_SID}#p{last_of(forum, each).id}">last</a></span></dd></dl></li>'
        for each, name in BOARDS.items()
    )
    closed = (
        f'<li class="row"><dl class="row-item"><dt><a href="./viewforum.php?f={CLOSED}{_SID}" class="forumtitle">Team</a></dt>'
        '<dd class="topics">3</dd><dd class="lastpost"><span>No posts</span></dd></dl></li>'
    )
    return _phpbb(f'<ul class="topiclist forums">{rows}{closed}</ul>')


def _phpbb_board(board: int, rows: Rows, page: int, pages: int) -> str:
    shown = "".join(
        f'<li class="row"><dl class="row-item {"topic_moved" if stub else "topic_read"}"><dt><a href="./viewtopic.php?t={each.id}'
        f'{_SID}" class="topictitle">{each.title}</a></dt><dd class="posts">{len(each.posts) - 1}</dd><dd class="lastpost"><span>'
        f'<a href="./viewtopic.php?p={each.posts[-1].id}{_SID}#p{each.posts[-1].id}"></a><br><time datetime="{each.posts[-1].at.isoformat()}">'
        "then</time></span></dd></dl></li>"
        for each, stub in rows
    )
    pager = _phpbb_pager(f"viewforum.php?f={board}", page, pages, 20)
    return _phpbb(
        f'<h2 class="forum-title">{BOARDS[board]}</h2>{pager}<ul class="topiclist topics">{shown}</ul>'
    )


def _phpbb_thread(thread: Thread, posts: Posts, page: int, pages: int) -> str:
    shown = "".join(
        f'<div id="p{post.id}" class="post has-profile bg2"><div class="postbody"><div id="post_content{post.id}"><h3><a href="#p{post.id}">'
        f'{thread.title}</a></h3><p class="author"><span class="responsive-hide">by <strong><a href="./memberlist.php?u=2{_SID}" class="username">'
        f'nutzer</a></strong> &raquo; </span><time datetime="{post.at.isoformat()}">then</time></p><div class="content">{post.text}</div>'
        "</div></div></div>"
        for _, post in posts
    )
    start = f"&amp;start={(page - 1) * 10}" if page > 1 else ""
    head = f'<link rel="canonical" href="viewtopic.php?t={thread.id}{start}">'
    crumbs = f'<ul class="navlinks"><li><a href="./viewforum.php?f={thread.board}{_SID}">{BOARDS[thread.board]}</a></li></ul>'
    title = f'<h2 class="topic-title"><a href="./viewtopic.php?t={thread.id}{_SID}">{thread.title}</a></h2>'
    return _phpbb(
        crumbs + title + _phpbb_pager(f"viewtopic.php?t={thread.id}", page, pages, 10) + shown, head
    )


def _phpbb_closed() -> Answer:
    return page(
        _phpbb(
            '<form id="login" action="./ucp.php?mode=login"><input type="password" name="password"></form>'
        )
    )


# --- MyBB: relative dates, one offset for all seasons, the first page past the end ------------------------------------


def _mybb_date(at: datetime) -> str:
    return at.astimezone(LOCAL).strftime("%m-%d-%Y, %I:%M %p")


def _mybb(inner: str) -> str:
    now = _mybb_date(datetime.now(UTC))
    return (
        '<!DOCTYPE html><html lang="en"><body><div class="modal" style="display: none;"><input name="quick_password" type="password"></div>'
        f'{inner}<span id="current_time"><strong>Current time:</strong> {now}</span></body></html>'
    )


def _mybb_pager(address: str, page: int, pages: int) -> str:
    following = f'<a href="{address}-page-{page + 1}.html" class="pagination_next">Next &raquo;</a>'
    return f'<div class="pagination">{following if page < pages else ""}</div>'


def _mybb_index(forum: Forum) -> str:
    rows = "".join(
        f'<tr><td class="trow1"><span class="forum_status forum_off"></span></td><td class="trow1"><strong><a href="forum-{each}.html">{name}'
        f'</a></strong></td><td class="trow1">{_counts(forum, each)[0]}</td><td class="trow1">{_counts(forum, each)[1]}</td><td class="trow1">'
        f'<span class="smalltext"><a href="thread-1-lastpost.html">x</a><br />{_mybb_date(last_of(forum, each).at)}</span></td></tr>'
        for each, name in BOARDS.items()
    )
    return _mybb(f'<table class="tborder">{rows}</table>')


def _mybb_board(board: int, rows: Rows, page: int, pages: int) -> str:
    shown = "".join(
        f'<tr class="inline_row"><td><span class="thread_status {"movefolder" if stub else "folder"}">&nbsp;</span></td><td></td><td><div><span>'
        f'{"Moved: " if stub else ""}<span class="subject_new" id="tid_{each.id}"><a href="thread-{each.id}.html">{each.title}</a></span></span></div>'
        f'</td><td>{"-" if stub else len(each.posts) - 1}</td><td>5</td><td></td><td><span class="lastpost smalltext">'
        f'{_mybb_date(each.posts[0 if stub else -1].at)}<br /><a href="thread-{each.id}-lastpost.html">Last Post</a></span></td></tr>'
        for each, stub in rows
    )
    notice = '<tr><td class="forumdisplay_announcement"><a href="announcement-1.html">Wartung</a></td></tr>'
    nav = (
        f'<div class="navigation"><a href="index.php">F</a><span class="active">{BOARDS[board]}</span></div>'
    )
    sorting = '<form><select name="datecut"><option>all</option></select></form>'
    return _mybb(f"{nav}{_mybb_pager(f'forum-{board}', page, pages)}<table>{notice}{shown}</table>{sorting}")


def _mybb_thread(thread: Thread, posts: Posts, page: int, pages: int) -> str:
    shown = "".join(
        f'<div class="post " style="" id="post_{post.id}"><div class="post_author"><div class="author_information"><strong><span class="largetext">'
        f'<a href="user-2.html">nutzer</a></span></strong></div></div><div class="post_content"><div class="post_head"><div class="float_right"><strong>'
        f'<a href="thread-{thread.id}-post-{post.id}.html#pid{post.id}">#{place}</a></strong></div><span class="post_date">{_mybb_date(post.at)}</span>'
        f'</div><div class="post_body scaleimages" id="pid_{post.id}">{post.text}</div></div></div>'
        for place, post in posts
    )
    nav = f'<div class="navigation"><a href="index.php">F</a><a href="forum-{thread.board}.html">{BOARDS[thread.board]}</a></div>'
    title = f'<table><tr><td class="thead"><div><strong>{thread.title}</strong></div></td></tr></table>'
    return _mybb(nav + _mybb_pager(f"thread-{thread.id}", page, pages) + title + shown)


# --- SMF: no rel=next for pages but one for the next topic, the last page past the end --------------------------------

_SMF_MOVED = '<span class="main_icons move"></span>'
_SMF = f"/index.php?PHPSESSID={SESSION}&amp;"


def _smf_date(at: datetime) -> str:
    return at.astimezone(ZoneInfo("Europe/Berlin")).strftime("%B %d, %Y, %I:%M:%S %p")


def _smf_number(place: int) -> str:
    """Replies are numbered, the opening post is not."""
    return f'<span class="page_number floatright">#{place - 1}</span>' if place > 1 else ""


def _smf(inner: str) -> str:
    clock = f'<div class="user"><time datetime="{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}">{_smf_date(datetime.now(UTC))}</time></div>'
    return f'<!DOCTYPE html><html lang="en-US"><body>{clock}{inner}</body></html>'


def _smf_pager(what: str, page: int, pages: int, step: int) -> str:
    links = "".join(
        f'<span class="current_page">{each}</span>'
        if each == page
        else f'<a class="nav_page" href="{_SMF}{what}.{(each - 1) * step}">{each}</a>'
        for each in range(1, pages + 1)
    )
    return f'<div class="pagelinks floatleft"><div class="pagelinks">{links}</div></div>'


def _smf_index(forum: Forum) -> str:
    rows = "".join(
        f'<div id="board_{each}" class="up_contain "><div class="info"><a class="subject mobile_subject" href="{_SMF}board={each}.0">{name}</a></div>'
        f'<div class="board_stats"><p>Posts: {_counts(forum, each)[1]}<br>Topics: {_counts(forum, each)[0]}</p></div><div class="lastpost"><p>'
        f'<a href="{_SMF}topic=1.msg{last_of(forum, each).id}#new">x</a></p></div></div>'
        for each, name in BOARDS.items()
    )
    return _smf(f'<div id="boardindex_table">{rows}</div>')


def _smf_board(board: int, rows: Rows, page: int, pages: int) -> str:
    shown = "".join(
        f'<div class="windowbg"><div class="info"><div class="icons floatright">{_SMF_MOVED if stub else ""}</div>'
        f'<span class="preview"><span id="msg_{each.posts[0].id}"><a href="{_SMF}topic={each.id}.0">{each.title}</a></span></span></div>'
        f'<div class="board_stats centertext"><p>Replies: {len(each.posts) - 1}<br>Views: 9</p></div><div class="lastpost"><p>'
        f'<a href="{_SMF}topic={each.id}.msg{each.posts[-1].id}#new">{_smf_date(each.posts[-1].at)}</a></p></div></div>'
        for each, stub in rows
    )
    title = f'<h2 class="display_title">{BOARDS[board]}</h2>'
    pager = _smf_pager(f"board={board}", page, pages, 20)
    return _smf(f'{title}{pager}<div id="messageindex"><div id="topic_container">{shown}</div></div>')


def _smf_thread(thread: Thread, posts: Posts, page: int, pages: int) -> str:
    shown = "".join(
        f'<div class="windowbg" id="msg{post.id}"><div class="post_wrapper"><div class="poster"><h4><a href="{_SMF}action=profile;u=2">nutzer</a></h4>'
        f'</div><div class="keyinfo">{_smf_number(place)}<div class="postinfo">'
        f'<a href="{_SMF}msg={post.id}" class="smalltext">{_smf_date(post.at)}</a><span class="smalltext modified"></span></div></div>'
        f'<div class="post"><div class="inner" data-msgid="{post.id}" id="msg_{post.id}">{post.text}</div></div></div></div>'
        for place, post in posts
    )
    crumbs = (
        f'<div class="navigate_section"><ul><li><a href="{_SMF}board={thread.board}.0"><span>{BOARDS[thread.board]}</span></a></li>'
        f'<li class="last"><a href="{_SMF}topic={thread.id}.0"><span>{thread.title}</span></a></li></ul></div>'
    )
    following = f'<a rel="next" href="{_SMF}topic={thread.id}.0;prev_next=next#new">Next topic</a>'
    heading = f'<h2 class="display_title"><span id="top_subject">{thread.title}</span></h2>'
    return _smf(crumbs + heading + following + _smf_pager(f"topic={thread.id}", page, pages, 10) + shown)


# --- FluxBB and PunBB: one offset for all seasons, the first page past the end ---------------------------------------


def _local(at: datetime) -> str:
    return at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M:%S")


def _fluxbb(inner: str, following: str) -> str:
    link = f'<link rel="next" href="{following}" title="Page" />' if following else ""
    return f'<!DOCTYPE html><html lang="en"><head>{link}</head><body><div id="punindex" class="pun">{inner}</div></body></html>'


def _fluxbb_index(forum: Forum) -> str:
    rows = "".join(
        f'<tr class="rowodd"><td class="tcl"><h3><a href="viewforum.php?id={each}">{name}</a></h3></td><td class="tc2">{_counts(forum, each)[0]}</td>'
        f'<td class="tc3">{_counts(forum, each)[1]}</td><td class="tcr"><a href="viewtopic.php?pid={last_of(forum, each).id}#p{last_of(forum, each).id}">'
        "x</a></td></tr>"
        for each, name in BOARDS.items()
    )
    return _fluxbb(f'<div id="idx1" class="blocktable"><table><tbody>{rows}</tbody></table></div>', "")


def _fluxbb_board(board: int, rows: Rows, page: int, pages: int) -> str:
    shown = "".join(
        f'<tr class="rowodd {"imoved" if stub else ""}"><td class="tcl"><a href="viewtopic.php?id={each.id}">{each.title}</a></td>'
        f'<td class="tc2">{"-" if stub else len(each.posts) - 1}</td><td class="tc3">9</td><td class="tcr">'
        + (
            "- - -"
            if stub
            else f'<a href="viewtopic.php?pid={each.posts[-1].id}#p{each.posts[-1].id}">{_local(each.posts[-1].at)}</a>'
        )
        + "</td></tr>"
        for each, stub in rows
    )
    inner = f'<div id="vf" class="blocktable"><h2><span>{BOARDS[board]}</span></h2><table><tbody>{shown}</tbody></table></div>'
    return _fluxbb(inner, f"viewforum.php?id={board}&amp;p={page + 1}" if page < pages else "")


def _fluxbb_thread(thread: Thread, posts: Posts, page: int, pages: int) -> str:
    shown = "".join(
        f'<div id="p{post.id}" class="blockpost rowodd"><h2><span><span class="conr">#{place}</span> <a href="viewtopic.php?pid={post.id}#p{post.id}">'
        f'{_local(post.at)}</a></span></h2><div class="postleft"><dl><dt><strong>nutzer</strong></dt></dl></div><div class="postright"><h3>x</h3>'
        f'<div class="postmsg"><p>{post.text}</p></div></div></div>'
        for place, post in posts
    )
    crumbs = (
        f'<ul class="crumbs"><li><a href="viewforum.php?id={thread.board}">{BOARDS[thread.board]}</a></li>'
        f'<li><a href="viewtopic.php?id={thread.id}"><strong>{thread.title}</strong></a></li></ul>'
    )
    return _fluxbb(crumbs + shown, f"viewtopic.php?id={thread.id}&amp;p={page + 1}" if page < pages else "")


def _punbb(inner: str, following: str) -> str:
    link = f'<link rel="next" href="{following}" title="Page" />' if following else ""
    return f'<!DOCTYPE html><html lang="en"><head>{link}</head><body><div id="brd-wrap" class="brd">{inner}</div></body></html>'


def _punbb_index(forum: Forum) -> str:
    rows = "".join(
        f'<div id="forum{each}" class="main-item odd"><div class="item-subject"><h3 class="hn"><a href="/forum/{each}/x/"><span>{name}</span></a></h3></div>'
        f'<ul class="item-info"><li class="info-topics"><strong>{_counts(forum, each)[0]}</strong></li><li class="info-posts"><strong>'
        f'{_counts(forum, each)[1]}</strong></li><li class="info-lastpost"><strong><a href="/post/{last_of(forum, each).id}/#p{last_of(forum, each).id}">'
        "x</a></strong></li></ul></div>"
        for each, name in BOARDS.items()
    )
    return _punbb(f'<div id="category1" class="main-content main-category">{rows}</div>', "")


def _punbb_board(board: int, rows: Rows, page: int, pages: int) -> str:
    shown = "".join(
        f'<div id="topic{each.id}" class="main-item odd {"moved" if stub else "normal"}"><div class="item-subject"><h3 class="hn">'
        f'<a href="/topic/{each.id}/x/">{each.title}</a></h3></div><ul class="item-info"><li class="info-replies"><strong>{len(each.posts) - 1}</strong></li>'
        f'<li class="info-lastpost"><strong><a href="/post/{each.posts[-1].id}/#p{each.posts[-1].id}">{_local(each.posts[-1].at)}</a></strong></li></ul></div>'
        for each, stub in rows
    )
    title = f'<h1 class="main-title"><a class="permalink" href="/forum/{board}/x/">{BOARDS[board]}</a></h1>'
    inner = f'{title}<div id="forum{board}" class="main-content main-forum">{shown}</div>'
    return _punbb(inner, f"/forum/{board}/x/page/{page + 1}/" if page < pages else "")


def _punbb_thread(thread: Thread, posts: Posts, page: int, pages: int) -> str:
    shown = "".join(
        f'<div class="post odd"><div id="p{post.id}" class="posthead"><h3 class="hn post-ident"><span class="post-num">{place}</span> '
        f'<span class="post-byline"><strong>nutzer</strong></span> <span class="post-link"><a class="permalink" href="/post/{post.id}/#p{post.id}">'
        f'{_local(post.at)}</a></span></h3></div><div class="entry-content"><p>{post.text}</p></div></div>'
        for place, post in posts
    )
    title = (
        f'<h1 class="main-title"><a class="permalink" href="/topic/{thread.id}/x/">{thread.title}</a></h1>'
    )
    crumbs = f'<div class="crumbs"><a href="/forum/{thread.board}/x/">{BOARDS[thread.board]}</a></div>'
    inner = f'{title}{crumbs}<div id="forum{thread.board}" class="main-content main-topic">{shown}</div>'
    return _punbb(inner, f"/topic/{thread.id}/x/page/{page + 1}/" if page < pages else "")


SKINS = {
    "phpbb": Skin(
        repeats="last",
        at=(
            r"/(?:index\.php)?",
            r"/viewforum\.php\?f=(\d+)(?:&start=(\d+))?",
            r"/viewtopic\.php\?t=(\d+)(?:&start=(\d+))?",
        ),
        index=_phpbb_index,
        board=_phpbb_board,
        thread=_phpbb_thread,
        offsets=(20, 10),
        closed=_phpbb_closed,
    ),
    "mybb": Skin(
        repeats="first",
        at=(
            r"/(?:index\.php)?",
            r"/forum-(\d+)(?:-page-(\d+))?\.html",
            r"/thread-(\d+)(?:-page-(\d+))?\.html",
        ),
        index=_mybb_index,
        board=_mybb_board,
        thread=_mybb_thread,
    ),
    "smf": Skin(
        repeats="last",
        at=(r"/(?:index\.php)?", r"/index\.php\?board=(\d+)\.(\d+)", r"/index\.php\?topic=(\d+)\.(\d+)"),
        index=_smf_index,
        board=_smf_board,
        thread=_smf_thread,
        offsets=(20, 10),
    ),
    "fluxbb": Skin(
        repeats="first",
        at=(
            r"/(?:index\.php)?",
            r"/viewforum\.php\?id=(\d+)(?:&p=(\d+))?",
            r"/viewtopic\.php\?id=(\d+)(?:&p=(\d+))?",
        ),
        index=_fluxbb_index,
        board=_fluxbb_board,
        thread=_fluxbb_thread,
    ),
    "punbb": Skin(
        repeats="first",
        at=(r"/", r"/forum/(\d+)/x/(?:page/(\d+)/)?", r"/topic/(\d+)/x/(?:page/(\d+)/)?"),
        index=_punbb_index,
        board=_punbb_board,
        thread=_punbb_thread,
    ),
}
