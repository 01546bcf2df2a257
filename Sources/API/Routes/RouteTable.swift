/// Every route there is.
enum RouteTable {
    static let all: [Route] =
        OperationRoutes.all + DocsRoutes.all + EventRoutes.all + PlanRoutes.all + resources + tasks
        + BillingRouteTable.all

    private static let resources =
        RegistryRoutes.all + SSHKeyRoutes.all + EndpointRoutes.all + SettingRoutes.all
        + TestWebhookRoutes.all
    private static let tasks =
        AccountRoutes.all + BudgetRoutes.all + TaskRoutes.all + TaskNotificationRoutes.all + OutputRoutes.all
        + LogStreamRoutes.all
        + ForwardRoutes.all
        + FileRoutes.all + SchedulerRoutes.all
}
