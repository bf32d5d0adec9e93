//! The page: nothing leaves it and nothing foreign runs in it.

use super::client::get;
use super::fake::{Fake, serve};

#[test]
fn nothing_but_its_own_script_runs_and_nothing_leaves_its_origin() {
    let (_server, addr, _) = serve(Fake::default());
    let page = get(addr, "/");
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let policy = page.header("content-security-policy").expect("a policy");
    for rule in [
        "default-src 'none'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(rule), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    let nonce =
        policy.split("script-src 'nonce-").nth(1).and_then(|p| p.split('\'').next()).expect("a nonce");
    assert_eq!(nonce.len(), 32);
    assert!(page.text().contains(&format!("<script nonce=\"{nonce}\">")));
    assert!(page.text().contains(&format!("<style nonce=\"{nonce}\">")));
    let again = get(addr, "/");
    assert!(!again.text().contains(nonce), "each answer has its own");
}

#[test]
fn the_script_builds_text_never_markup() {
    let (_server, addr, _) = serve(Fake::default());
    let page = get(addr, "/");
    let text = page.text();
    for word in [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "http:",
        "https:",
        "@import",
        "url(",
        " onclick=",
        " style=\"",
        "@nonce@",
        "@style@",
        "@script@",
    ] {
        let found =
            text.match_indices(word).map(|(at, _)| &text[at.saturating_sub(40)..at + word.len()]).next();
        let namespace = word == "http:" && found.is_some_and(|f| f.contains("SVG"));
        assert!(found.is_none() || namespace, "{word}: {found:?}");
    }
    assert_eq!(text.matches("<script").count(), 1);
}
