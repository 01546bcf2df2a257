import Service
import Store
import UsageLedger
import Webhooks

/// Tries out an address before it is kept.
enum TestWebhookRoutes {
    static let all: [Route] = [
        Route(.post, "/notification/settings/test-webhook/", for: .users) { request in
            var (fields, repeatable) = try await request.fieldsToCreate()
            let url = fields.text("url", characters: 1...2048)
            try fields.check()
            let reply = try await request.ledger.testWebhook(url, account: request.credential.account)
            let answer = StoredAnswer.json(
                .object(members(of: reply) + (reply.isTaken ? [] : fault(reply, request.serial))),
                status: reply.isTaken ? 200 : 400)
            // Sent once it is, so only its answer can be kept in one transaction.
            guard let repeatable else { return APIResponse(answer) }
            return APIResponse(try await request.ledger.writer.perform(once: repeatable) { _ in answer })
        }
    ]

    private static func members(of reply: WebhookReply) -> [JSONValue.Member] {
        [
            .init("ok", .bool(reply.isTaken)), .init("webhook_status_code", .integer(Int64(reply.status))),
            .init("response_body", .string(String(decoding: reply.body, as: UTF8.self))),
        ]
    }

    /// The members of every error, for clients that look for them.
    private static func fault(_ reply: WebhookReply, _ serial: String) -> [JSONValue.Member] {
        let error = ServiceError(
            .invalidRequest, "the address answered \(reply.status), not 2xx; look at what answers there")
        return ErrorAnswer.members(of: error, serial: serial)
    }
}
