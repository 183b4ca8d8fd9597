using System.Globalization;
using System.Text;

namespace Braid.Multiprocessing;

/// <summary>The settings with which a worker process is started.</summary>
internal sealed record WorkerSettings
{
    private string? _spawnKey;   // computed on demand; all threads compute the same text

    public static WorkerSettings Default { get; } = new();

    /// <summary>Bytes of private memory it may have; null for no limit.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>Variables added to its environment; a null value removes one.</summary>
    public IReadOnlyDictionary<string, string?>? Environment { get; init; }

    /// <summary>The processors it may use; null for all that this process may use.</summary>
    public IReadOnlyList<int>? Processors { get; init; }

    /// <summary>Whether .NET's diagnostics tools can attach to it.</summary>
    public bool Diagnostics { get; init; }

    /// <summary>What it may touch; null for all that this process may.</summary>
    public Sandbox? Sandbox { get; init; }

    /// <summary>How much is believed of what it sends.</summary>
    public PayloadSource Source => Sandbox is null ? PayloadSource.Program : PayloadSource.Sandbox;

    /// <summary>Gets each line it prints, and whether it went to standard error; null to write them to this process's own output.</summary>
    public Action<string, bool>? Output { get; init; }

    public Action<string, bool> OutputTarget => Output ?? WorkerOutput.ToConsole;

    /// <summary>Everything that is fixed at a process's birth. Processes with the same text are interchangeable.</summary>
    public string SpawnKey => _spawnKey ??= WriteSpawnKey();

    private string WriteSpawnKey()
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture, $"{MemoryLimit}\n{Diagnostics}\n{(Processors is null ? "" : string.Join(' ', Processors))}");
        IReadOnlyDictionary<string, string?> variables = Environment ?? new Dictionary<string, string?>();
        foreach ((string name, string? value) in variables.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            text.Append('\n').Append(name).Append(value is null ? "" : "=").Append(value);
        }

        return text.Append('\0').Append(Sandbox?.Key).ToString();
    }
}
