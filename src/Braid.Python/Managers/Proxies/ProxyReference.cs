using Braid.Multiprocessing;
using Braid.Waiting;

namespace Braid.Python;

/// <summary>A reference to an object of a server, which is counted there until it is released or collected here.</summary>
internal sealed class ProxyReference(ManagerLink link, Token token, string[]? exposed) : IDisposable
{
    private int _isReleased;       // by Interlocked, from 0 to 1
    private string[]? _exposed = exposed;   // any thread may find them out; all find the same

    ~ProxyReference()
    {
        if (IsCounted && Interlocked.Exchange(ref _isReleased, 1) == 0)
        {
            CallbackThreads.Run(Uncount);    // the finalizer's thread must not wait for a server
        }
    }

    public ManagerLink Link => link;

    public Token Token { get; } = token;

    /// <summary>Whether the server counts it. Written once, by the thread that makes it.</summary>
    public bool IsCounted { get; set; }

    /// <summary>The names of the methods. The first use may ask the server.</summary>
    public string[] Exposed => _exposed ??= Python.Token.NamesIn(link.Control("get_methods", [Token]))
        ?? throw new InvalidDataException($"The server has sent no names of methods for a {Token.Typeid}.");

    public PythonCall ToPython() => Token.ToProxy(Exposed);

    public void ThrowIfReleased() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _isReleased) != 0, typeof(Proxy));

    /// <summary>Has the server count it no longer. A second time does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isReleased, 1) == 0)
        {
            GC.SuppressFinalize(this);
            Uncount();
        }
    }

    private void Uncount()
    {
        try
        {
            link.Control("decref", [Token.Ident]);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or TimeoutException or RemoteErrorException
            or PickleException or AuthenticationException or ObjectDisposedException)
        {
            // the server has gone, and the object with it; or it has counted this process's references off already
        }
    }
}
