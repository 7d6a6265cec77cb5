//! Documents from templates: what is sent, and what comes.

use aem_forms::options::{AfpOptions, PdfOptions, PrintFormat, PrintOptions};
use aem_forms::received::DocumentKind;
use aem_forms::{Document, Generation};

use crate::server::{Server, Step, answer, parts};
use crate::world::{PDF, client, generate, letter, template};

#[tokio::test]
async fn request_has_the_parts_that_adobe_documents_and_its_length() {
    let server = Server::start([Step::Send(answer(
        "200 OK\nContent-Type: application/pdf",
        PDF,
    ))])
    .await;
    let generation = Generation::pdf(template(), PdfOptions::new().locale("de"))
        .data(Document::reference("crx:///content/dam/data.xml").unwrap())
        .xci(Document::bytes("a.xci", "<xci/>"));
    let document = generate(&client(&server), &generation).await.unwrap();
    assert_eq!(document, PDF);
    let requests = server.requests();
    let request = &requests[0];
    assert_eq!(
        request.line(),
        "POST /adobe/forms/doc/v1/generatePDFOutput HTTP/1.1"
    );
    assert_eq!(
        request.header("authorization"),
        Some("Bearer SECRET-TOKEN-0")
    );
    assert_eq!(request.header("accept"), Some("application/pdf"));
    assert_eq!(request.header("transfer-encoding"), None);
    let content_type = request.header("content-type").unwrap();
    let boundary = content_type
        .strip_prefix("multipart/form-data; boundary=")
        .unwrap();
    assert_eq!(
        request.text(),
        [
            "--B\r\nContent-Disposition: form-data; name=\"template\"; filename=\"letter.xdp\"\r\n",
            "Content-Type: application/vnd.adobe.xdp+xml\r\n\r\n<xdp/>\r\n",
            "--B\r\nContent-Disposition: form-data; name=\"data\"\r\n",
            "Content-Type: text/plain\r\n\r\ncrx:///content/dam/data.xml\r\n",
            "--B\r\nContent-Disposition: form-data; name=\"xci\"; filename=\"a.xci\"\r\n",
            "Content-Type: application/xml\r\n\r\n<xci/>\r\n",
            "--B\r\nContent-Disposition: form-data; name=\"options\"; filename=\"options\"\r\n",
            "Content-Type: application/json\r\n\r\n{\"locale\":\"de\"}\r\n--B--\r\n",
        ]
        .concat()
        .replace("--B", &format!("--{boundary}"))
    );
}

#[tokio::test]
async fn dry_run_lists_the_parts_that_are_sent() {
    let reference = Document::reference("/content/dam/ü.xml").unwrap();
    let generation = letter().data(reference);
    let shown: Vec<_> = generation
        .parts()
        .unwrap()
        .into_iter()
        .map(|part| (part.name, part.file_name, part.length, part.reference))
        .collect();
    assert_eq!(
        shown,
        [
            (
                "template".to_owned(),
                Some("letter.xdp".to_owned()),
                6,
                None
            ),
            (
                "data".to_owned(),
                None,
                19,
                Some("/content/dam/ü.xml".to_owned())
            ),
        ]
    );
}

#[tokio::test]
async fn each_output_has_its_path_and_its_kind() {
    let print = |format| Generation::print(template(), PrintOptions::new(format, "x.xdc"));
    let afp = Generation::afp(template(), AfpOptions::new());
    let printed = "generatePrintedOutput";
    let octets = "application/octet-stream";
    let rows: [(_, _, _, &[u8], _); 7] = [
        (
            print(PrintFormat::PostScript),
            printed,
            "application/postscript",
            b"%!PS-Adobe-3.0\n",
            DocumentKind::PostScript,
        ),
        (
            print(PrintFormat::Pcl),
            printed,
            "application/vnd.hp-pcl",
            b"\x1bE\x1b&l0O\x1bE",
            DocumentKind::Pcl,
        ),
        (
            print(PrintFormat::Zpl),
            printed,
            octets,
            b"^XA^XZ",
            DocumentKind::Zpl,
        ),
        (
            print(PrintFormat::Dpl),
            printed,
            octets,
            b"\x02L\rE\r",
            DocumentKind::Dpl,
        ),
        (
            print(PrintFormat::Ipl),
            printed,
            octets,
            b"<STX><ETX>",
            DocumentKind::Ipl,
        ),
        (
            print(PrintFormat::Tpcl),
            printed,
            octets,
            b"{D0508|}",
            DocumentKind::Tpcl,
        ),
        (
            afp,
            "generate/afp",
            "application/x-afp",
            b"\x5a\0\x10\xd3\xa8\xa8",
            DocumentKind::Afp,
        ),
    ];
    for (generation, path, content_type, document, kind) in rows {
        let head = format!("200 OK\nContent-Type: {content_type}");
        let server = Server::start([Step::Send(answer(&head, document))]).await;
        let mut received = client(&server).generate(&generation).await.unwrap();
        assert_eq!(received.kind(), kind);
        assert_eq!(received.bytes(100).await.unwrap(), document, "{kind:?}");
        assert_eq!(received.length(), document.len() as u64);
        let requests = server.requests();
        assert!(requests[0].line().ends_with(&format!("/{path} HTTP/1.1")));
        let sends_format = requests[0].text().contains("\"xdcUri\":\"x.xdc\"");
        assert_eq!(sends_format, kind != DocumentKind::Afp);
    }
}

#[tokio::test]
async fn document_in_parts_is_unwrapped_and_its_pages_are_counted() {
    let output = (
        "Content-Disposition: attachment; name=output; filename=letter.pdf\nContent-Type: application/pdf",
        PDF,
    );
    let metadata = |json: &'static [u8]| {
        (
            "Content-Disposition: attachment; name=metadata; filename=letter.json\nContent-Type: application/json",
            json,
        )
    };
    let bare = ("Content-Type: application/pdf", PDF);
    let log = (
        "Content-Disposition: form-data; name=\"jobLog\"\nContent-Type: text/plain",
        &b"done SECRET-TOKEN-0"[..],
    );
    type Row<'a> = (&'a [(&'a str, &'a [u8])], Option<u32>, usize);
    let rows: [Row<'_>; 6] = [
        (&[output, metadata(b"{\"pageCount\":\"3\"}")], Some(3), 0),
        (&[metadata(b"{\"pageCount\":3}"), output], Some(3), 0),
        (&[output, metadata(b"{\"pageCount\":-1}")], None, 0),
        (&[output, metadata(b"no JSON")], None, 0),
        (&[bare], None, 0),
        (&[log, output], None, 1),
    ];
    for (content, page_count, logs) in rows {
        let head = "200 OK\nContent-Type: multipart/mixed; boundary=b\nx-request-id: r-1";
        let server = Server::start([Step::Send(answer(head, parts(content)))]).await;
        let generation = letter().page_count();
        let mut received = client(&server).generate(&generation).await.unwrap();
        assert_eq!(received.bytes(1000).await.unwrap(), PDF);
        assert_eq!(received.page_count(), page_count);
        assert_eq!(received.request_id().as_deref(), Some("r-1"));
        assert_eq!(received.logs().len(), logs);
        assert!(
            received
                .logs()
                .iter()
                .all(|log| log.text == "done [redacted]")
        );
        let accept = server.requests()[0].header("accept").map(str::to_owned);
        assert_eq!(accept.as_deref(), Some("multipart/mixed"));
    }
}

#[tokio::test]
async fn connection_is_used_again_for_the_next_document() {
    let pdf = answer("200 OK\nContent-Type: application/pdf", PDF);
    let parts = parts(&[("Content-Disposition: attachment; name=output", PDF)]);
    let parts = answer("200 OK\nContent-Type: multipart/mixed; boundary=b", parts);
    let refused = answer("400 no\nContent-Type: application/json", "{}");
    // A connection that is not used again would not get the last answer.
    let server = Server::start([
        Step::Send(pdf.clone()),
        Step::Send(parts),
        Step::Send(refused),
        Step::SendAndClose(pdf),
    ])
    .await;
    let client = client(&server);
    for expected in [true, true, false, true] {
        let outcome = generate(&client, &letter()).await;
        assert_eq!(outcome.is_ok(), expected, "{outcome:?}");
    }
    assert_eq!(server.connections(), 1);
}

#[test]
fn futures_can_be_sent_to_another_thread() {
    fn check<T: Send>(_: &T) {}
    let build = || {
        let client: aem_forms::FormsClient = unreachable_client()?;
        let generation = letter();
        check(&async move {
            let mut received = client.generate(&generation).await?;
            received.write_to_file("x").await
        });
        Some(())
    };
    assert!(build().is_none());
}

fn unreachable_client() -> Option<aem_forms::FormsClient> {
    None
}
