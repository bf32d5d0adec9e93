//! stub, replaced
use crate::id::SiteId;
#[derive(Debug)]
pub struct Site {
    pub id: std::sync::atomic::AtomicU32,
}
impl Site {
    pub fn id(&self) -> SiteId {
        SiteId(0)
    }
}
pub(crate) struct Lexical {
    pub pool: Option<&'static str>,
    pub label: Option<&'static str>,
}
pub(crate) fn lookup(_l: &'static std::panic::Location<'static>) -> Lexical {
    Lexical { pool: None, label: None }
}
