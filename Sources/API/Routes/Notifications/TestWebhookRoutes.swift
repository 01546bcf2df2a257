import Service
import UsageLedger

/// Tries out an address before it is kept.
enum TestWebhookRoutes {
    static let all: [Route] = [
        Route(.post, "/notification/settings/test-webhook/", for: .users) { request in
            var fields = BodyFields(try await request.json())
            let url = fields.text("url", characters: 1...2048)
            try fields.check()
            let reply = try await request.ledger.testWebhook(url, account: request.credential.account)
            return .json(
                .object([
                    .init("ok", .bool(reply.isTaken)), .init("webhook_status_code", .integer(Int64(reply.status))),
                    .init("response_body", .string(String(decoding: reply.body, as: UTF8.self))),
                ]), status: reply.isTaken ? .ok : .badRequest)
        }
    ]
}
