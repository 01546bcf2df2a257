/// What is metered and billed, and those who watch over it.
enum BillingRouteTable {
    static let all: [Route] =
        UsageRoutes.all + UnitPriceRoutes.all + BillingInfoRoutes.all + InvoiceRoutes.all + ExplainRoutes.all
        + ClosingRoutes.all + SetUpRoutes.all + AnomalyRoutes.all + TokenRoutes.all + ReportRoutes.all
        + CorrectionRoutes.all + PaymentRoutes.all + ReconciliationRoutes.all
}
