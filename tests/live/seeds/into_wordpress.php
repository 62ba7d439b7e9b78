<?php
// Writes a plan into WordPress: php into_wordpress.php FOLDER ADDRESS < plan.json

[$_, $folder, $address] = $argv;
$_SERVER['HTTP_HOST'] = preg_replace('#^https?://#', '', $address);
$_SERVER['REQUEST_URI'] = '/blog/';
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
if (!function_exists('mysqli_connect')) { fwrite(STDERR, "php-mysql is missing\n"); exit(1); }
preg_match("#localhost:([^']+)#", file_get_contents("$folder/wp-config.php"), $found);
$database = mysqli_connect(null, 'root', '', '', 0, $found[1]);
mysqli_query($database, 'create database if not exists wordpress character set utf8mb4');
define('WP_INSTALLING', true);
require "$folder/wp-load.php";
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/taxonomy.php';
if (!is_blog_installed()) {
    wp_install('Notizen vom Bau', 'admin', 'admin@example.org', true, '', 'passwort1');
    foreach (get_posts(['post_type' => 'any', 'numberposts' => -1]) as $post) wp_delete_post($post->ID, true);
    update_option('timezone_string', 'Europe/Berlin');
    $themes = array_keys(wp_get_themes());
    switch_theme(end($themes));
    global $wp_rewrite;
    $wp_rewrite->set_permalink_structure('/%year%/%monthnum%/%postname%/');
    flush_rewrite_rules();
}

function author(string $name): WP_User {
    $user = get_user_by('login', $name);
    return $user ?: get_user_by('id', wp_insert_user(['user_login' => $name, 'user_pass' => 'x' . $name, 'display_name' => $name, 'role' => 'author']));
}

function html(array $blocks, bool $as_blocks): string {
    $out = [];
    foreach ($blocks as [$kind, $text]) {
        $text = htmlspecialchars($text);
        [$tag, $html] = match ($kind) {
            'item' => ['list', "<ul><li>$text</li></ul>"],
            'code' => ['code', "<pre class=\"wp-block-code\"><code>$text</code></pre>"],
            'quote' => ['quote', "<blockquote class=\"wp-block-quote\"><p>$text</p></blockquote>"],
            default => ['paragraph', "<p>$text</p>"],
        };
        $out[] = $as_blocks ? "<!-- wp:$tag -->\n$html\n<!-- /wp:$tag -->" : $html;
    }
    return implode("\n\n", $out);
}

$said = [];
foreach (json_decode(stream_get_contents(STDIN), true) as $t => $thread) {
    $post_id = (int) $thread['id'];
    foreach ($thread['posts'] as $p => $post) {
        $user = author($post['author']);
        $gmt = gmdate('Y-m-d H:i:s', strtotime($post['at']));
        if (!$post_id) {
            $secret = $thread['private'];
            $post_id = $written = wp_insert_post(wp_slash([
                'post_title' => $thread['title'], 'post_content' => html($post['blocks'], true),
                'post_status' => $secret && $t % 2 ? 'private' : 'publish', 'post_password' => $secret && $t % 2 == 0 ? 'geheim' : '',
                'post_author' => $user->ID, 'post_date_gmt' => $gmt, 'post_date' => get_date_from_gmt($gmt),
                'post_category' => [wp_create_category($thread['board'])], 'comment_status' => 'open',
            ]), true);
            $id = (string) $written;
        } else {
            $written = wp_insert_comment(wp_slash([
                'comment_post_ID' => $post_id, 'comment_author' => $post['author'], 'comment_author_email' => $user->user_email,
                'comment_content' => html($post['blocks'], false), 'comment_date_gmt' => $gmt, 'comment_date' => get_date_from_gmt($gmt),
                'comment_approved' => $post['hidden'] ? 0 : 1, 'user_id' => $p % 2 ? $user->ID : 0,
            ]));
            $id = "comment-$written";
        }
        if (is_wp_error($written)) { fwrite(STDERR, $written->get_error_message()); exit(1); }
        $said[] = ['thread' => $t, 'post' => $p, 'id' => $id, 'thread_id' => (string) $post_id];
    }
    if ($thread['private']) wp_insert_comment(wp_slash([
        'comment_post_ID' => $post_id, 'comment_author' => 'bob', 'comment_content' => 'Streng vertraulich kommentiert.', 'comment_approved' => 1,
    ]));
}
echo "\nSEEDED " . json_encode($said) . "\n";
