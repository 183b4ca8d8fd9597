using System.Globalization;
using System.Reflection;
using System.Text;

namespace Braid.Multiprocessing;

/// <summary>How this program is started again, as a worker.</summary>
/// <remarks>
/// A worker is the same program whose Main never runs: .NET calls the start-up hook named in the environment before Main, and the hook
/// serves the parent and exits. The hook is this assembly, found by its simple name like any other dependency of the program.
/// </remarks>
internal static class WorkerProgram
{
    /// <summary>Tells a process that it is a worker: version, parent's pid, parent's token, own token.</summary>
    public const string Variable = "BRAID_WORKER";

    /// <summary>Variables that Braid has replaced, restored before user code runs: NAME=value, or NAME, separated by line ends.</summary>
    public const string RestoreVariable = "BRAID_RESTORE";

    /// <summary>Tells a worker that it is in a sandbox, and what its start still has to close.</summary>
    public const string SandboxVariable = "BRAID_SANDBOX";

    private const string TemporaryFolderVariable = "TMPDIR";
    private const string HooksVariable = "DOTNET_STARTUP_HOOKS";
    private const string DiagnosticsVariable = "DOTNET_EnableDiagnostics";
    private const string HeapLimitVariable = "DOTNET_GCHeapHardLimit";
    private const string ConcurrentCollectorVariable = "DOTNET_gcConcurrent";

    public const int ProtocolVersion = 1;

    // The descriptors with which a worker is born; high, so that a task that mistakenly uses small numbers does not hit them.
    public const int ChannelDescriptor = 200;
    public const int ProcessTableDescriptor = 201;
    public const int DeathDescriptor = 202;

    // with less the runtime does not start; smaller limits are enforced by measuring the process
    private const long MinHeapBytes = 32 << 20;

    private const string HookType = "StartupHook";       // by name, as .NET finds it: a reference would keep it when the program is trimmed
    private const string HookMethod = "Initialize";
    private const string HookSwitch = "System.StartupHookProvider.IsSupported";

    private static readonly Lazy<IReadOnlyList<string>> s_commandLine = new(FindCommandLine);

    /// <summary>The program and its arguments.</summary>
    /// <exception cref="WorkerStartException">This program cannot be started again.</exception>
    public static IReadOnlyList<string> CommandLine => s_commandLine.Value;

    /// <summary>Throws if a worker could not start correctly.</summary>
    /// <exception cref="WorkerStartException">
    /// The start-up hook is switched off, or this process is a worker whose hook did not run.
    /// </exception>
    public static void CheckThatWorkersCanStart()
    {
        if (!RuntimeFeature.IsDynamicCodeSupported)
        {
            throw new WorkerStartException(
                "This program was compiled natively (PublishAot), and workers cannot start in such a program: they find their code by " +
                "reflection. Publish it without PublishAot. Threads, queues and executors inside one process work either way.");
        }

        if (AppContext.TryGetSwitch(HookSwitch, out bool supported) && !supported)
        {
            throw new WorkerStartException(
                $"This program has switched start-up hooks off ({HookSwitch} is false in its runtime configuration, as trimming makes " +
                "it), and a worker starts through one. Set <StartupHookSupport>true</StartupHookSupport> in the project; where it is " +
                "trimmed, also <TrimMode>partial</TrimMode>.");
        }

        if (typeof(WorkerProgram).Assembly.GetType(HookType)?.GetMethod(HookMethod, BindingFlags.Public | BindingFlags.Static) is null)
        {
            throw new WorkerStartException(
                "This program was trimmed, and what workers need was removed: they find it, and the program's own types, by reflection. " +
                "Set <TrimMode>partial</TrimMode> in the project, beside <StartupHookSupport>true</StartupHookSupport>, so that only " +
                ".NET itself is trimmed.");
        }

        if (Assembly.GetEntryAssembly() is null)
        {
            throw new WorkerStartException(
                $"{Environment.ProcessPath} is not a .NET program: it hosts .NET, as Python or a native program may. A worker is the " +
                "same program started once more, so that program would run again, with all it does. Start processes from a .NET program " +
                "of their own, which this one may start. Threads, queues and executors inside one process work here.");
        }

        if (Environment.GetEnvironmentVariable(Variable) is not null)
        {
            throw new WorkerStartException(
                "This process was started as a worker, but .NET did not run the start-up hook that makes it one, so it ran Main instead. " +
                "No more workers are started from here, lest they multiply.");
        }
    }

    /// <summary>The environment of a worker: this process's, the user's additions, and what makes it a worker.</summary>
    /// <param name="token">The worker's token.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="folder">Its own temporary folder; null if it has none.</param>
    public static IReadOnlyList<string> EnvironmentFor(int token, WorkerSettings settings, string? folder)
    {
        var variables = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry pair in Environment.GetEnvironmentVariables())
        {
            if (settings.Sandbox is null or { PassEnvironment: true } || IsHarmless((string)pair.Key))
            {
                variables[(string)pair.Key] = (string?)pair.Value;
            }
        }

        if (folder is not null)
        {
            variables[TemporaryFolderVariable] = folder;
        }

        foreach ((string name, string? value) in settings.Environment ?? new Dictionary<string, string?>())
        {
            variables[name] = value;
        }

        var before = new List<string>();
        string? userHooks = variables.GetValueOrDefault(HooksVariable);
        Set(HooksVariable, string.IsNullOrEmpty(userHooks) ? "Braid" : $"{userHooks}{Path.PathSeparator}Braid");
        Set(
            Variable,
            string.Create(CultureInfo.InvariantCulture, $"{ProtocolVersion};{Environment.ProcessId};{ProcessTable.Self};{token}"));
        if (!variables.ContainsKey(ConcurrentCollectorVariable))
        {
            Set(ConcurrentCollectorVariable, "0");
        }

        if (settings.Diagnostics)
        {
            Set(DiagnosticsVariable, "1");
        }
        else if (settings.Sandbox is not null || (!Debugger.IsAttached && !variables.ContainsKey(DiagnosticsVariable)))
        {
            // otherwise a worker starts slower by a thread and two files, and leaves the files behind when it is killed
            Set(DiagnosticsVariable, "0");
        }

        if (settings.MemoryLimit is long bytes)
        {
            Set(HeapLimitVariable, Math.Max(bytes, MinHeapBytes).ToString("X", CultureInfo.InvariantCulture));
        }

        if (settings.Sandbox is { } sandbox)
        {
            Set(SandboxVariable, WorkerFence.Describe(sandbox));
        }

        variables[RestoreVariable] = string.Join('\n', before);
        return [.. variables.Where(pair => pair.Value is not null).Select(pair => $"{pair.Key}={pair.Value}")];

        void Set(string name, string value)
        {
            before.Add(variables.GetValueOrDefault(name) is { } old ? $"{name}={old}" : name);
            variables[name] = value;
        }
    }

    /// <summary>
    /// In a worker: restores the environment that the user's code expects, so that programs started from here are not workers.
    /// </summary>
    public static void RestoreEnvironment()
    {
        string entries = Environment.GetEnvironmentVariable(RestoreVariable) ?? "";
        foreach (string entry in entries.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = entry.Split('=', 2);
            Restore(parts[0], parts.Length == 2 ? parts[1] : null);
        }

        Restore(RestoreVariable, null);

        static void Restore(string name, string? value)
        {
            Environment.SetEnvironmentVariable(name, value);
            OwnProcess.SetNativeVariable(name, value);
        }
    }

    /// <summary>Whether a variable is about languages, time zones, .NET, or where libraries lie.</summary>
    private static bool IsHarmless(string name) =>
        name is "LANG" or "LANGUAGE" or "TZ" or "TZDIR" or "LD_LIBRARY_PATH" or "ICU_DATA"
        || name.StartsWith("LC_", StringComparison.Ordinal) || name.StartsWith("DOTNET_", StringComparison.Ordinal);

    private static IReadOnlyList<string> FindCommandLine()
    {
        string program = Environment.ProcessPath
            ?? throw new WorkerStartException(
                "The system does not tell the path of this program, so it cannot be started again as a worker.");
        string[] own = Encoding.UTF8.GetString(File.ReadAllBytes("/proc/self/cmdline")).TrimEnd('\0').Split('\0');
        if (!Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.Ordinal))
        {
            return [program, .. own.Skip(1)];
        }

        // dotnet [host options] app.dll [arguments]: everything up to the program's own arguments is needed again
        string entry = Path.Combine(AppContext.BaseDirectory, $"{Assembly.GetEntryAssembly()?.GetName().Name}.dll");
        if (!File.Exists(entry))
        {
            throw new WorkerStartException(
                $"{program} runs a program whose file is not {entry}, so it cannot be started again as a worker.");
        }

        int at = Array.FindIndex(own, 1, argument => Path.GetFileName(argument).Equals(Path.GetFileName(entry), StringComparison.Ordinal));
        return at < 0 ? [program, entry] : [program, .. own[1..at], entry, .. own[(at + 1)..]];
    }
}
