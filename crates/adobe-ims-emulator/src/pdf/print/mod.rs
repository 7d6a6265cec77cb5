//! Streams in the languages of printers.

mod job;
mod postscript;
mod pcl;
mod labels;
mod afp;

pub(crate) use job::{PrintForm, PrintJob, Sides};

use super::page::Page;

/// Writes the pages in the language of a printer.
///
/// A stream has the frame of its language and the texts at their places. Except in AFP and
/// PostScript, texts are UTF-8 and stand in the stream as they are, with the escapes of the
/// language.
pub(crate) fn print_stream(form: PrintForm, pages: &[Page], job: &PrintJob) -> Vec<u8> {
    let empty = [Page::default()];
    let pages = if pages.is_empty() { &empty } else { pages };
    match form {
        PrintForm::PostScript => postscript::write(pages, job),
        PrintForm::Pcl => pcl::write(pages, job),
        PrintForm::Zpl => labels::zpl(pages, job),
        PrintForm::Dpl => labels::dpl(pages, job),
        PrintForm::Ipl => labels::ipl(pages, job),
        PrintForm::Tpcl => labels::tpcl(pages, job),
        PrintForm::Afp => afp::write(pages, job),
    }
}

#[cfg(test)]
mod tests;
