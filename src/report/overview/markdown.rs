use std::io::{self, Write};
use crate::overview::Overview;
pub const VERSION: u32 = 1;
pub fn write(_overview: &Overview, _out: &mut dyn Write) -> io::Result<()> { Ok(()) }
