//! A default name that no pool can have.

#[taskscope::instrument_pool]
mod größe {
    pub fn still_there() {}
}

fn main() {
    größe::still_there();
}
