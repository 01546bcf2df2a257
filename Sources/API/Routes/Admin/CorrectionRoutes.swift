import Billing
import Service
import Store
import UsageLedger
import Units

/// Returns, reissues and voids of issued documents.
enum CorrectionRoutes {
    static let all: [Route] = [
        Route(.post, "/admin/corrections/", for: .officers, correct),
        Route(.get, "/admin/corrections/{invoice}/", for: .overseers, history),
    ]

    /// What was done with the documents of an account's month, by whom and why.
    @Sendable private static func history(_ request: APIRequest) async throws -> APIResponse {
        let number = DocumentNumber(text: request.part("invoice"))
        let steps = try await request.ledger.readers.read { try $0.store.documentHistory(number) }
        return .json(
            .object([
                .init(
                    "results",
                    .array(
                        steps.map { step in
                            .object([
                                .init("position", .integer(step.position)),
                                .init("recorded_at", .string(step.recordedAt.description)),
                                .init("type", .string(step.type)), .init("number", .string(step.subject)),
                                .init("summary", .string(step.summary)), .init("who", .string(step.who)),
                                .init("reason", step.reason.map(JSONValue.string) ?? .null),
                            ])
                        }))
            ]))
    }

    private enum Action: String, CaseIterable {
        case `return`, reissue, void
    }

    @Sendable private static func correct(_ request: APIRequest) async throws -> APIResponse {
        var change = try await AdminChange(request)
        let number = change.required("invoice", DocumentNumber.init(checked:))
        let action = change.required("action") { text in
            guard let action = Action(rawValue: text) else {
                throw ServiceError(.invalidBody, "action is return, reissue or void, not '\(text.prefix(40))'")
            }
            return action
        }
        let day = change.value("issue_day", CivilDay.init(text:)) ?? CivilDay(request.now)
        let author = change.author()
        try change.check()
        guard let number, let action else { throw ServiceError(.invalidBody, "invoice or action is missing") }
        return try await change.perform { service in
            let document: IssuedDocument
            do {
                document = try perform(action, number, day: day, service, by: service.actor(author))
            } catch {
                throw AdminChange.namingIssueDay(error)
            }
            let original = action == .void ? nil : number.text
            return (
                action == .void ? 200 : 201,
                InvoiceRoutes.entry(document, more: [.init("original", original.map(JSONValue.string) ?? .null)])
            )
        }
    }

    private static func perform(
        _ action: Action, _ number: DocumentNumber, day: CivilDay, _ service: LedgerService, by actor: Actor
    ) throws -> IssuedDocument {
        switch action {
        case .return: try service.store.returnInvoice(number, day: day, by: actor)
        case .reissue: try service.store.reissueInvoice(number, day: day, by: actor)
        case .void: try service.store.voidDocument(number, by: actor)
        }
    }
}
