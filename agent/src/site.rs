//! stub, replaced
use crate::id::SiteId;
use crate::snapshot::Place;
#[derive(Debug)]
pub struct Site {
    pub id: std::sync::atomic::AtomicU32,
}
impl Site {
    pub fn id(&self) -> SiteId {
        SiteId(0)
    }
    pub fn place(&self) -> Place {
        Place { file: "", line: 0, column: 0 }
    }
    pub fn label(&self) -> &'static str {
        ""
    }
}
pub(crate) struct Lexical {
    pub pool: Option<&'static str>,
    pub label: Option<&'static str>,
}
pub(crate) fn lookup(_l: &'static std::panic::Location<'static>) -> Lexical {
    Lexical { pool: None, label: None }
}
pub(crate) fn sites() -> Vec<&'static Site> {
    vec![]
}
pub(crate) fn uncovered() -> Vec<(Place, &'static str)> {
    vec![]
}
