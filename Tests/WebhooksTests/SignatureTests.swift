import Testing
import Webhooks

/// Vectors of Standard Webhooks.
@Suite struct SignatureTests {
    @Test func theVectorOfStandardWebhooks() {
        let signature = WebhookSignature.sign(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330, body: Array(#"{"test": 2432232314}"#.utf8),
            secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test func anotherBodyTimeOrIDHasAnotherSignature() {
        let secret = WebhookSignature.secret([UInt8](0..<32))
        func sign(_ id: String, _ timestamp: Int64, _ body: String) -> String? {
            WebhookSignature.sign(id: id, timestamp: timestamp, body: Array(body.utf8), secret: secret)
        }
        let all = [sign("a", 1, "x"), sign("b", 1, "x"), sign("a", 2, "x"), sign("a", 1, "y")]
        #expect(Set(all).count == 4)
        #expect(!all.contains(nil))
    }

    @Test(arguments: ["", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_not base64"])
    func whatIsNoSecretSignsNothing(_ secret: String) {
        #expect(WebhookSignature.sign(id: "a", timestamp: 1, body: [], secret: secret) == nil)
    }
}
