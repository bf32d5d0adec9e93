//! Arguments that there are not, or not so.

#[taskscope::instrument_pool(pool = "a", name = "b c", name)]
mod several {
    pub fn still_there() {}
}

#[taskscope::instrument_pool("jobs")]
fn no_key() {}

#[taskscope::instrument_pool(name = "a", name = "b")]
fn twice() {}

#[taskscope::instrument_pool(crate = "renamed")]
fn quoted() {}

fn main() {
    several::still_there();
    no_key();
    twice();
    quoted();
}
