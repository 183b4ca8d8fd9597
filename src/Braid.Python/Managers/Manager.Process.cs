using System.Security.Cryptography;
using Braid.Multiprocessing;
using Process = Braid.Multiprocessing.Process;

namespace Braid.Python;

public sealed partial class Manager
{
    private static readonly TimeSpan s_shutdownTimeout = TimeSpan.FromSeconds(1);   // as long as CPython waits before each escalation

    private readonly Lazy<bool>? _end;   // ends the process that was started here, once; null if there is none

    private Manager(ManagerLink link, Process process, string folder)
    {
        _link = link;
        Process = process;
        _end = new Lazy<bool>(() => End(process, folder));
    }

    /// <summary>The process of the server, if it was started here; otherwise null.</summary>
    public Process? Process { get; }

    /// <summary>The key that another process needs to connect to the server.</summary>
    public ReadOnlySpan<byte> AuthKey => _link.Key;

    /// <summary>Starts a server in a process of its own, and connects to it; blocks until it serves.</summary>
    /// <param name="configure">
    /// Runs in that process before it serves: <c>static server =&gt; server.Register&lt;IStore&gt;("Store", () =&gt; new Store())</c>. It
    /// is sent there with the variables that it captures. Null, the default, for the types of <c>SyncManager</c> alone.
    /// </param>
    /// <param name="options">What crosses; null for the defaults.</param>
    /// <param name="authKey">The key; empty, the default, for a new one, which <see cref="AuthKey"/> has.</param>
    /// <returns>The manager. Dispose of it, which ends the process.</returns>
    /// <remarks>
    /// The server listens at a Unix socket that only this user can reach, and ends with this program, however that ends. Python
    /// counterpart: <c>multiprocessing.Manager()</c>, and <c>BaseManager.start()</c>.
    /// </remarks>
    /// <exception cref="IOException">The process ended before it served: what it printed says why.</exception>
    /// <exception cref="PayloadException"><paramref name="configure"/> cannot be sent.</exception>
    /// <exception cref="WorkerStartException">The process cannot be started.</exception>
    public static Manager Start(
        Action<ManagerServer>? configure = null, ManagerOptions? options = null, ReadOnlySpan<byte> authKey = default)
    {
        byte[] key = authKey.IsEmpty ? RandomNumberGenerator.GetBytes(32) : authKey.ToArray();
        string folder = Directory.CreateTempSubdirectory("braid-").FullName;   // its mode is 0700
        string path = Path.Combine(folder, "manager");
        try
        {
            Process process = StartServer(path, key, configure);
            var link = new ManagerLink(path, key, options ?? new ManagerOptions());
            return new Manager(link, process, folder);
        }
        catch
        {
            Remove(folder);
            throw;
        }
    }

    private static Process StartServer(string path, byte[] key, Action<ManagerServer>? configure)
    {
        (Connection ready, Connection announces) = Pipe.Create(duplex: false);
        using (ready)
        {
            Process process = Process.Start(
                static start => Serve(start.path, start.key, start.configure, start.announces), (path, key, configure, announces),
                name: nameof(Manager), daemon: true);
            announces.Close();
            try
            {
                ready.Recv<bool>();
                return process;
            }
            catch (EndOfStreamException)
            {
                process.Join();
                throw new IOException($"The process of the manager ended before it served. {process.End}");
            }
        }
    }

    /// <summary>What the process does.</summary>
    private static void Serve(string path, byte[] key, Action<ManagerServer>? configure, Connection announces)
    {
        using var server = new ManagerServer(path, key);
        configure?.Invoke(server);
        using (announces)
        {
            announces.Send(true);
        }

        server.ServeForever();
    }

    /// <summary>Asks the server to end; then less and less politely.</summary>
    private bool End(Process process, string folder)
    {
        try
        {
            _link.Control("shutdown", []);
        }
        catch (Exception exception) when (exception is IOException or TimeoutException or AuthenticationException)
        {
            // it has ended already, or does not answer
        }

        if (!process.TryJoin(s_shutdownTimeout))
        {
            process.Terminate();
            if (!process.TryJoin(s_shutdownTimeout))
            {
                process.Kill();
                process.Join();
            }
        }

        Remove(folder);
        return true;
    }

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // another program has removed it, or its rights
        }
    }
}
