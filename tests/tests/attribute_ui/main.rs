//! What the compiler says about mistakes with the attributes.
//!
//! `TRYBUILD=overwrite cargo test -p taskscope-tests --test attribute_ui` writes the expected texts anew.
#![forbid(unsafe_code)]

#[test]
fn mistakes_are_told_where_they_are() {
    trybuild::TestCases::new().compile_fail("tests/attribute_ui/fail/*.rs");
}
