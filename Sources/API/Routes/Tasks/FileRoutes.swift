import Foundation
import HTTPTypes
import Hummingbird
import Service
import Store
import UsageLedger
import Units

/// Files of tasks, for whoever has a signed link to one. It stands in no key's name, so that a browser can follow it.
enum FileRoutes {
    static let all: [Route] = [
        Route(.get, "/files/{kind}/{task}/{filename}/", base: .root, for: .open, download)
    ]

    /// Errors, in order: `not_found` for another kind, `invalid_request`, `forbidden` for a link that was changed,
    /// `not_found` when it has expired or the file is gone.
    @Sendable private static func download(_ request: APIRequest) async throws -> APIResponse {
        guard let kind = TaskFiles.Kind(rawValue: request.part("kind")), let files = request.ledger.files else {
            throw ServiceError(.notFound, "there are no files of this kind")
        }
        let task = try request.taskID
        var query = request.query
        let expires = query.integer("expires", in: 0...9_000_000_000), signature = query.text("signature")
        try query.check()
        let link = DownloadLink(
            kind, of: task, filename: request.part("filename"), expiresAt: Int64(expires ?? 0))
        try link.check(signature ?? "", request.ledger.secrets, now: request.now)
        let now = request.now
        let isKept = try await request.ledger.readers.read {
            try $0.store.keeps(artifact: kind == .artifact, of: task, now: now)
        }
        let place = files.path(kind, of: task)
        guard isKept, let body = try? await FileIO().loadFile(path: place, context: request.context) else {
            throw ServiceError(.notFound, "the file is gone")
        }
        var response = APIResponse(status: .ok, body: body)
        response.headers[.contentType] = kind == .artifact ? "application/gzip" : "text/plain; charset=utf-8"
        response.headers[.contentDisposition] = "attachment; filename*=UTF-8''\(link.filename.asPathPart)"
        return response
    }
}

extension APIRequest {
    /// A link to a task's file, as `{url}`. Errors: `invalid_request` for a name that is no part of a path,
    /// `secret_key_unusable`.
    func link(_ kind: TaskFiles.Kind, of task: TaskID) throws -> APIResponse {
        var query = query
        let filename = query.text("filename") ?? kind.filename
        let isRight =
            (1...255).contains(filename.unicodeScalars.count) && ![".", ".."].contains(filename)
            && filename.unicodeScalars.allSatisfy {
                $0.value >= 0x20 && $0.value != 0x7F && !"/\\".unicodeScalars.contains($0)
            }
        if !isRight { query.note("filename", "a name of a file has 1 to 255 characters, none of them a slash") }
        try query.check()
        let link = DownloadLink(
            kind, of: task, filename: filename,
            expiresAt: now.nanoseconds / 1_000_000_000 + DownloadLink.lifetimeSeconds)
        let path = "/files/\(kind.rawValue)/\(task.text.asPathPart)/\(filename.asPathPart)"
        let signed = "expires=\(link.expiresAt)&signature=\(try link.signature(ledger.secrets))"
        return .json(.object([.init("url", .string("\(publicAddress)\(path)?\(signed)"))]))
    }
}

extension String {
    /// As one part of a path: everything but letters, digits and `-._~` of ASCII is escaped.
    fileprivate var asPathPart: String {
        utf8.map { byte in
            let isPlain =
                UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
                || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "-._~".utf8.contains(byte)
            let digits = String(byte, radix: 16, uppercase: true)
            return isPlain ? String(UnicodeScalar(byte)) : "%" + (digits.count == 1 ? "0" : "") + digits
        }.joined()
    }
}
