//! The catalogue of what can be wrong with documents, requests and answers.

adobe_ims::problem_catalogue! {
    /// The cause of a finding or of a failure that this crate knows itself.
    ///
    /// ```
    /// use aem_forms::error::FormsProblem;
    ///
    /// let problem = FormsProblem::from_id("ns-https").expect("an id of the catalogue");
    /// println!("{}", problem.meaning());
    /// ```
    pub enum FormsProblem {
    // Documents, before they are sent.
    XmlMalformed = "xml-malformed", Configuration, false,
        "The file is not well-formed XML, or it has a document type definition, which this program does not read.",
        ["Correct the file at the line and column that the message names.",
         "Text that was copied from a browser often has `-` marks before elements: remove them."];
    NotATemplate = "not-a-template", Configuration, false,
        "The file is no template: neither an XDP, nor a `template` element, nor a PDF.",
        ["Pass the XDP as AEM Forms Designer saves it, or a PDF that it saved."];
    PdfEncrypted = "pdf-encrypted", Configuration, false,
        "The PDF is encrypted. Forms can neither merge nor convert it.",
        ["Remove the encryption before the document is sent."], Documented Likely;
    DataUnbound = "data-unbound", Configuration, false,
        "The data has a name that no field of the template takes. Forms ignores it without an error.",
        ["Rename the element to the name of the field. Upper and lower case count."], Documented Likely;
    FieldUnfilled = "field-unfilled", Configuration, false,
        "A field of the template gets no data. It stays as the template has it.",
        ["Add an element with the name of the field, if the field is to be filled."], Documented Likely;
    DataRoot = "data-root", Configuration, false,
        "The root element of the data has another name than the root subform of the template.",
        ["Nothing needs to be done if the fields are filled: Forms takes the record whatever its root is called."], Inferred Possible;
    NamespaceHttps = "ns-https", Configuration, false,
        "A namespace is written with https://. Adobe's namespaces begin with http://, and the other one is unknown to Forms.",
        ["Write http:// in the namespace. Adobe's pages on DDX print it with https:// by mistake."], Observed Likely;
    ReferenceRelative = "ref-relative", Configuration, false,
        "The template refers to a file by a relative path, and is sent without a content root. Forms leaves out what it does not find.",
        ["Name the folder of the files with the content root (`contentRoot`), or embed them in the template."], Observed Likely;
    SourceMissing = "source-missing", Configuration, false,
        "The DDX names a source that is not among the documents.",
        ["Add the document under exactly this name, or correct the name in the DDX."], Documented;
    SourceUnused = "source-unused", Configuration, false,
        "A document is sent that no source of the DDX names.",
        ["Leave the document out, or name it in the DDX."], Inferred Possible;
    SourceCase = "source-case", Configuration, false,
        "The name of a source in the DDX and the name of a document differ in case, ending or form only.",
        ["Write both names alike: Forms compares them letter by letter."], Inferred Likely;
    SourceUrl = "source-url", Configuration, false,
        "A source of the DDX is a URL. The language of DDX knows them; it is not known that the cloud service reads them.",
        ["Send the document with the request, and name it in the DDX."], Inferred Possible;
    ResultDuplicate = "result-duplicate", Configuration, false,
        "Two results of the DDX have one name.",
        ["Give each `result` of the DDX a name of its own."], Documented;
    NoResult = "no-result", Configuration, false,
        "The DDX has no element with a `result`, so it may produce nothing.",
        ["Give the element that produces the document a `result`."], Documented Likely;
    NotADdx = "not-a-ddx", Configuration, false,
        "The file is no DDX: its root element is not `DDX` in the namespace http://ns.adobe.com/DDX/1.0/.",
        ["Pass the DDX file, and write its namespace exactly so."], Documented;
    PartReserved = "part-reserved", Configuration, false,
        "A source of the DDX is called `ddx` or `options`, which are the names of other parts of the request.",
        ["Give the source another name, in the DDX and at the document."], Inferred Likely;
    OptionUnknown = "option-unknown", Configuration, false,
        "An option is not among those that Adobe documents. It is sent, because the service may be newer than this program.",
        ["Check the name of the option, letter by letter."], Documented Possible;
    OptionValue = "option-value", Configuration, false,
        "An option has a value that its documentation does not allow.",
        ["Use one of the values that the message names."], Documented;
    OptionsMalformed = "options-malformed", Configuration, false,
        "The options are not a JSON object.",
        ["Write the options as a JSON object, such as {\"locale\": \"de\"}."];
    XdcMismatch = "xdc-mismatch", Configuration, false,
        "The device file (XDC) is one for another print language.",
        ["Name the XDC of the print language, such as zpl300.xdc for ZPL."], Documented Likely;
    PrintNeedsXfa = "print-needs-xfa", Configuration, false,
        "A PDF without an XFA form cannot become a print stream.",
        ["Pass the XDP template, or a PDF with an XFA form."], Documented Likely;
    HostTier = "host-tier", Configuration, false,
        "The API is on another tier of AEM than the host, or takes other credentials.",
        ["Use the author host for batches."], Documented Likely;
    PathDoubled = "path-doubled", Configuration, false,
        "The target already has the path of the API, which would then stand in the URL twice.",
        ["Name only the host: https://HOST"], Documented;
    PathWithdrawn = "path-withdrawn", Configuration, false,
        "The path is one that Adobe withdrew or misprinted.",
        ["Name only the host: https://HOST"], Documented;
    BatchPrintWithoutList = "batch-print-without-list", Configuration, false,
        "The batch asks for print output and names no print options.",
        ["Name a print language and its XDC."], Documented;
    BatchRenderTypeTwice = "batch-render-type-twice", Configuration, false,
        "The batch names a print language twice.",
        ["Name each print language once."], Documented;
    BatchTemplateRelative = "batch-template-relative", Configuration, false,
        "The template of the batch is a relative path, and there is no content root.",
        ["Name the content root, or the whole path of the template."], Documented;
    BatchRecordLevel = "batch-record-level", Configuration, false,
        "The data may hold its records at another level than the batch reads. The level is 2 unless the XCI says otherwise.",
        ["Put the records into one list element, or name an XCI with the level of the records."], Documented Possible;
    DocumentUnreadable = "document-unreadable", Configuration, false,
        "A file cannot be opened or read.",
        ["Check the path, and that this user may read the file."];
    ReferenceInvalid = "reference-invalid", Configuration, false,
        "The reference cannot name a document: it is empty or has characters that no path has.",
        ["Write it as crx:///content/dam/…, /content/dam/… or https://…"];

    NotChecked = "not-checked", Configuration, false,
        "The file is too long to be checked. It is sent as it is.",
        ["Nothing needs to be done."];

    // Records.
    RecordsMalformed = "records-malformed", Configuration, false,
        "The file of the records cannot be read as CSV, JSON lines or XML.",
        ["Correct the file at the line that the message names."];
    RecordUnreadable = "record-unreadable", Configuration, false,
        "A record cannot be read or cannot become XML. The others are not affected.",
        ["Correct the record at the line that the message names."];
    NameNotXml = "name-not-xml", Configuration, false,
        "A column or member has a name that cannot be the name of an XML element.",
        ["Rename it: letters, digits, `_`, `-` and `.`, and a letter or `_` first. A dot nests."];
    FileNamesCollide = "file-names-collide", Configuration, false,
        "Two records would be written to one file.",
        ["Use a pattern whose parts tell the records apart, such as {n}."];

    CharactersDropped = "characters-dropped", Configuration, false,
        "A value has control characters, which XML cannot hold. They were left out.",
        ["Nothing needs to be done, unless the characters mean something."];
    FileNamePattern = "file-name-pattern", Configuration, false,
        "The pattern of the file names cannot be used, or a record lacks what it names.",
        ["Use {name}, {n}, or the name of a column or member in braces, such as out/{name}.pdf."];

    // Answers.
    AnswerNotDocument = "answer-not-document", Unusable, false,
        "The answer is not the document that was asked for. Nothing was written.",
        ["Look at the address and the path: another server, a login page or a proxy may have answered."], Observed;
    AnswerEmpty = "forms-answer-empty", Unusable, true,
        "The answer has no content. Nothing was written.",
        ["Send the request again. If it stays empty, give the request id to Adobe's support."], Inferred Likely;
    AnswerTruncated = "forms-answer-truncated", Unusable, true,
        "The answer ended before its end. Nothing was written.",
        ["Send the request again."], Inferred Likely;
    AnswerTooLarge = "forms-answer-too-large", Unusable, false,
        "A part of the answer that must fit into memory is larger than this program accepts.",
        ["Ask for less in one request."];
    AnswerMalformed = "answer-malformed", Unusable, false,
        "The answer is not what the documentation of the API describes.",
        ["If a newer service answers in another form, please report it."], Inferred Likely;
    ResultsMissing = "results-missing", Unusable, false,
        "The answer lacks results that the DDX names.",
        ["Read the job log of the answer, and check the blocks of these results in the DDX."], Inferred Likely;
    ApiError = "forms-api-error", Refused, false,
        "The API answered with an error.",
        ["Read the message and the logs of the answer."], Documented;
    RequestInvalid = "forms-request-not-sendable", Configuration, false,
        "The request cannot be sent as it is.",
        ["Correct what the message names."];

    // Files and runs of many documents.
    OutputUnwritable = "output-unwritable", Configuration, false,
        "The result cannot be written.",
        ["Check the folder, and that this user may write there."];
    OutputNeedsFolder = "output-needs-folder", Configuration, false,
        "There are several results, and one file to write them to.",
        ["Name a folder."];
    JournalExists = "journal-exists", Configuration, false,
        "The folder has the journal of an earlier run.",
        ["Resume that run, or begin it again, or name another folder."];
    JournalLocked = "journal-locked", Configuration, false,
        "Another run writes to this folder.",
        ["Wait until it has ended, or name another folder."];
    JournalDamaged = "journal-damaged", Configuration, false,
        "The journal of the folder cannot be read.",
        ["Move the file away, and begin again."];
    RunStopped = "run-stopped", Unavailable, true,
        "The run was stopped, because all further documents would have failed alike.",
        ["Remove the cause that the message names, then resume the run."];
    }
}
