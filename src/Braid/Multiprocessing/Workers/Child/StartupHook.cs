using Braid.Multiprocessing;

/// <summary>Called by .NET before Main when <c>DOTNET_STARTUP_HOOKS</c> names this assembly. The name and the shape are .NET's.</summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(WorkerProgram.Variable) is { } description)
        {
            WorkerMain.Run(description);
        }
    }
}
