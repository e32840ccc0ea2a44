//! What a single value means, apart from where it was written: names, URLs,
//! addresses, periods, dates, certificates and characters that hide.
//!
//! Everything here is a pure, total function of its arguments: no file is
//! read, nothing panics, and a text that means nothing becomes `None` or a
//! variant that says so. The one exception is [`date::Date::today`].

pub mod certificate;
pub mod certificate_fixture;
pub mod character;
pub mod date;
pub mod duration;
pub mod ip;
pub mod name;
pub mod url;
