//! Items that cannot be a pool.

#[taskscope::instrument_pool]
#[derive(Debug)]
struct Structure {
    _field: u8,
}

#[taskscope::instrument_pool]
trait Trait {
    fn default() {}
}

impl Trait for Structure {}

trait Declared {
    #[taskscope::instrument_pool]
    fn without_body();
}

#[taskscope::instrument_pool]
static STATIC: u8 = 1;

#[taskscope::instrument_pool]
impl Trait for [u8] {}

fn main() {
    Structure::default();
    let _ = (format!("{:?}", Structure { _field: STATIC }), <[u8] as Trait>::default);
}
