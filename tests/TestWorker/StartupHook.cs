/// <summary>A user's own start-up hook, for the test that sets DOTNET_STARTUP_HOOKS to this program. The name and the shape are .NET's.</summary>
internal static class StartupHook
{
    public static string Message => AppContext.GetData("TestWorker.StartupHook") as string ?? "hook did not run";

    public static void Initialize() => AppContext.SetData("TestWorker.StartupHook", "hook ran");
}
