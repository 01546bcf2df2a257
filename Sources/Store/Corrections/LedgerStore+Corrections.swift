import Billing
import UsageLedger
import Units

extension LedgerStore {
    /// Gives back what an invoice charged too much (decision 20): issues a return document with the next number of the
    /// invoice's month. One transaction. A second one finds only what has changed since.
    /// - Parameter day: the day of the return.
    ///
    /// Errors, in order: `not_found`, `refused` (a return, a replaced or void invoice, no reason), `invalid_issue_day`
    /// (before the invoice's, or to come), `nothing_to_return`.
    public func returnInvoice(_ number: DocumentNumber, day: CivilDay, by actor: Actor) throws -> IssuedDocument {
        try write { session in
            let original = try session.standingInvoice(number, "returned", actor)
            try session.check(day, after: original, today: CivilDay(actor.now))
            guard let document = try session.calculation.returned(original, day: day) else {
                throw StoreError(
                    .nothingToReturn,
                    "\(number) charged no more than its use costs, or what it charged too much is given back; "
                        + "nothing was written")
            }
            return try session.issue(correction: document, by: actor)
        }
    }

    /// Issues an invoice again with the names, addresses and registration numbers of now: the same lines and yen, the
    /// next revision, a number of its own. The invoice is kept, and replaced. One transaction.
    /// - Parameter day: the day on the new invoice.
    ///
    /// Errors, in order: `not_found`, `refused` (a return, a replaced or void invoice, no reason), `invalid_issue_day`
    /// (before the invoice's, or to come), `nothing_to_correct` when both parties are as the invoice names them, as
    /// they are after a reissue, `refused` when the recipient's country would change the tax.
    public func reissueInvoice(_ number: DocumentNumber, day: CivilDay, by actor: Actor) throws -> IssuedDocument {
        try write { session in
            let original = try session.standingInvoice(number, "reissued", actor)
            try session.check(day, after: original, today: CivilDay(actor.now))
            let document = try session.calculation.corrected(original, day: day)
            guard !document.namesSameParties(as: original) else {
                throw StoreError(
                    .nothingToCorrect,
                    "\(number) names issuer and recipient as they are now; change them in the set-up "
                        + "first, nothing was written")
            }
            // Without tax, or with it, the yen would be others.
            guard document.recipient.taxCategory == original.totals.category else {
                throw StoreError(
                    .refused,
                    "\(number) can't be reissued: \(document.recipient.id)'s country changes its tax; void it, and its "
                        + "use comes on the next invoice")
            }
            return try session.issue(correction: document, by: actor)
        }
    }

    /// Voids a document: its number is kept, its lines count no more, so that their use comes on the account's next
    /// invoice, and credits that it used are free again. One transaction.
    ///
    /// Errors, in order: `not_found`, `refused` (a replaced or void document, no reason, an invoice with a return that
    /// isn't void, credits that a later document moved).
    @discardableResult
    public func voidDocument(_ number: DocumentNumber, by actor: Actor) throws -> IssuedDocument {
        try write { session in
            let (document, invoice) = try session.standingDocument(number, "voided", actor)
            if document.kind == .invoice, let later = try session.standingReturn(of: document) {
                throw StoreError(
                    .refused, "\(number) can't be voided: \(later) gives back a part of it; void that one first")
            }
            let account = try session.keys.accounts.numberAddingIfNeeded(of: document.account)
            session.log.begin(at: actor.now)
            let position = try session.append(
                ClosingEvents.documentVoided(number, account: document.account, by: actor), by: actor)
            let months = try DocumentEnds(session.statements, session.keys).voided(number.text, at: position).months
            try session.checkCredits(of: invoice, account)
            let mark = try session.statements("INSERT OR IGNORE INTO unsettled_month VALUES (?1, ?2)")
            for month in months {
                mark.bind(1, account)
                mark.bind(2, month)
                try mark.run()
            }
            try session.log.end()
            return try session.document(number)
        }
    }
}

extension WriterSession {
    fileprivate var calculation: CorrectionCalculation {
        CorrectionCalculation(statements: statements, keys: keys, position: nil, setUp: setUp)
    }

    /// A document that counts. Errors as `returnInvoice` tells them.
    fileprivate func standingDocument(
        _ number: DocumentNumber, _ done: String, _ actor: Actor
    ) throws -> (document: IssuedDocument, invoice: Invoice) {
        let (document, bytes) = try DocumentSearch.document(number, account: nil, statements, keys)
        guard let invoice = Invoice(bytes: bytes) else {
            throw StoreError(.corrupt, "document \(number) can't be read; run verify")
        }
        switch document.state {
        case .issued: break
        case .void: throw StoreError(.refused, "\(number) is void and can't be \(done); nothing was written")
        case .replaced:
            throw StoreError(
                .refused,
                "\(number) is replaced and can't be \(done); name the invoice that stands in its place, "
                    + "\(try current(document))")
        }
        guard actor.reason?.contains(where: { !$0.isWhitespace }) == true else {
            throw StoreError(.refused, "\(number) isn't \(done) without a reason; say why, it is recorded")
        }
        return (document, invoice)
    }

    fileprivate func standingInvoice(_ number: DocumentNumber, _ done: String, _ actor: Actor) throws -> Invoice {
        let (document, invoice) = try standingDocument(number, done, actor)
        guard document.kind == .invoice else {
            throw StoreError(
                .refused,
                "\(number) is a return and can't be \(done); if it is wrong, void it and return the invoice again")
        }
        return invoice
    }

    /// The day on a document that follows another (C21).
    fileprivate func check(_ day: CivilDay, after original: Invoice, today: CivilDay) throws {
        let earliest = original.issueDay ?? original.period.lastDay, number = original.number?.text ?? ""
        let fault = IssueDay.fault(day, from: earliest, "the day of \(number)", today: today)
        if let fault { throw StoreError(.invalidIssueDay, fault) }
    }

    /// The latest revision of an invoice.
    private func current(_ document: IssuedDocument) throws -> String {
        try numbers(of: .invoice, like: document, and: "1").last ?? "?"
    }

    /// The first return of an invoice, in any revision, that isn't void.
    fileprivate func standingReturn(of invoice: IssuedDocument) throws -> String? {
        try numbers(of: .returned, like: invoice, and: "state = 'issued'").first
    }

    private func numbers(of kind: DocumentKind, like document: IssuedDocument, and: String) throws -> [String] {
        let row = try statements(
            """
            SELECT number FROM document_state WHERE account = ?1 AND period = ?2 AND kind = ?3 AND \(and)
            ORDER BY revision
            """)
        row.bind(1, try keys.accounts.number(of: document.account))
        row.bind(2, Int64(document.period.monthNumber))
        row.bind(3, kind.rawValue)
        var found: [String] = []
        while try row.step() { found.append(row.text(0)) }
        return found
    }

    /// A void may not leave a credit with more given back than it paid, or with more used than there is.
    fileprivate func checkCredits(of invoice: Invoice, _ account: Int64) throws {
        let touched = Set(invoice.lines.compactMap(\.credit))
        guard !touched.isEmpty else { return }
        let lines = try EarlierLines(statements, keys, before: .max, only: account).lines(account)
        let credits = setUp.credits.map(\.credit).filter { touched.contains($0.position) }
        if let credit = CreditUse.firstUnbalanced(lines, credits: credits) {
            throw StoreError(
                .refused,
                "\(invoice.number?.text ?? "") can't be voided: a later document gives back or uses again what credit "
                    + "\(credit) paid here; void that one first")
        }
    }

    fileprivate func issue(correction document: Invoice, by actor: Actor) throws -> IssuedDocument {
        guard let number = document.number else { throw StoreError(.internal, "a correction has a number") }
        let bytes = document.bytes, sha256 = Digest.sha256(document.bytes)
        log.begin(at: actor.now)
        let position = try append(ClosingEvents.documentIssued(document, sha256: sha256, by: actor), by: actor)
        try DocumentRows(statements, keys).write(document, bytes: bytes, sha256: sha256, position: position)
        try enqueue(Notice(document, position: position, at: actor.now), at: actor.now)
        try log.end()
        return try self.document(number)
    }

    fileprivate func document(_ number: DocumentNumber) throws -> IssuedDocument {
        try DocumentSearch.document(number, account: nil, statements, keys).document
    }
}
