//! Scrapes of programs that are written out.

mod cap;
mod catalog;
mod fixture;
mod parse;
mod pressure;
mod scrape;
