using System.Runtime.CompilerServices;
using Braid.Multiprocessing;
using Braid.Waiting;

namespace Braid.Python;

/// <summary>The connections of a client to the server of a manager.</summary>
/// <remarks>
/// A call takes a connection that no other uses, or makes a new one, and puts it back; CPython has one for each thread. A lock that belongs
/// to its connection keeps it until it is released (<see cref="LockProxy"/>). A request to the server itself has a connection of its own,
/// as the protocol wants it.
/// </remarks>
internal sealed class ManagerLink
{
    private const string Name = "Braid";

    [ThreadStatic]
    private static List<ProxyReference>? t_read;   // the proxies in the reply that the thread reads; null while it reads none

    private readonly byte[] _key;
    private readonly ManagerOptions _options;
    private readonly PickleOptions _pickle;
    private readonly Threading.Lock _gate = Threading.Lock.OfBraid();
    private readonly Stack<Connection> _idle = new();    // guarded by _gate
    private readonly HashSet<Connection> _open = [];     // guarded by _gate: also those that are in use
    private bool _isClosed;                              // guarded by _gate

    public ManagerLink(Address address, byte[] key, ManagerOptions options)
    {
        (Address, _key, _options) = (address, key, options);
        _pickle = Token.Register(new PickleOptions(options.Pickle), Rebuild)
            .AddReader("builtins", "list", static args => args is [List<object?> items] ? items
                : throw PickleException.Arguments("list", "a list"))
            .AddReader(ManagerWire.Module, "Namespace", static (_, state) => state)
            .AddReader(ManagerWire.Module, "Value", static (_, state) => state)
            .AddReader("builtins", "reversed", static (args, state) => args is [List<object?> items] && state is long at
                ? items.Take((int)Math.Clamp(at + 1, 0, items.Count)).Reverse().ToList()
                : throw PickleException.Arguments("reversed", "a list, and where it stands"))
            .AddWriter<Proxy>(static proxy => proxy.Reference.ToPython())
            .AddWriter<AcquirerProxy>(static proxy => proxy.Target.Reference.ToPython())
            .AddWriter<InterfaceProxy>(static proxy => proxy.Target.Reference.ToPython());
    }

    public Address Address { get; }

    public byte[] Key => _key;

    /// <summary>The connections of threads that hold locks which only they can release.</summary>
    public HeldConnections OfThreads { get; } = new(belongsToThread: true);

    public PickleOptions Pickle => _pickle;

    /// <summary>How many connections are open. For tests.</summary>
    public int ConnectionCount
    {
        get
        {
            using Threading.Scope scope = _gate.EnterScope();
            return _open.Count;
        }
    }

    /// <summary>Sends a request to the server itself.</summary>
    public object? Control(string function, object?[] args, Dictionary<string, object?>? kwds = null, CancellationToken token = default)
    {
        byte[] request = Python.Pickle.Dumps(ManagerWire.Request(null, function, args, kwds), _pickle);
        using Connection connection = Client.Connect(Address, _key, _options.Client, token);
        connection.SendBytes(request, token);
        return Interpret(connection.RecvBytes(token: token), function);
    }

    /// <inheritdoc cref="Control"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public async ValueTask<object?> ControlAsync(
        string function, object?[] args, Dictionary<string, object?>? kwds, CancellationToken token)
    {
        byte[] request = Python.Pickle.Dumps(ManagerWire.Request(null, function, args, kwds), _pickle);
        using Connection connection = await Client.ConnectAsync(Address, _key, _options.Client, token).ConfigureAwait(false);
        await connection.SendBytesAsync(request, token).ConfigureAwait(false);
        return await InterpretAsync(await connection.RecvBytesAsync(token: token), function).ConfigureAwait(false);
    }

    /// <summary>
    /// Calls a method over a connection. If it fails half-way, the connection is closed: the next reply would be this one's.
    /// </summary>
    public object? Call(Connection connection, byte[] request, string method, CancellationToken token)
    {
        byte[] reply;
        try
        {
            connection.SendBytes(request, token);
            reply = connection.RecvBytes(token: token);
        }
        catch (Exception exception)
        {
            DropAfter(exception, connection);
            throw;
        }

        return Interpret(reply, method);
    }

    /// <summary>Calls a method over any connection.</summary>
    public object? Call(byte[] request, string method, CancellationToken token)
    {
        Connection connection = Rent(token);
        object? result;
        try
        {
            result = Call(connection, request, method, token);
        }
        finally
        {
            Return(connection);
        }

        return result;
    }

    /// <inheritdoc cref="Call(byte[], string, CancellationToken)"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public async ValueTask<object?> CallAsync(byte[] request, string method, CancellationToken token)
    {
        Connection connection = await RentAsync(token).ConfigureAwait(false);
        try
        {
            return await CallAsync(connection, request, method, token).ConfigureAwait(false);
        }
        finally
        {
            Return(connection);
        }
    }

    /// <inheritdoc cref="Call(Connection, byte[], string, CancellationToken)"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public async ValueTask<object?> CallAsync(Connection connection, byte[] request, string method, CancellationToken token)
    {
        byte[] reply;
        try
        {
            await connection.SendBytesAsync(request, token).ConfigureAwait(false);
            reply = await connection.RecvBytesAsync(token: token);
        }
        catch (Exception exception)
        {
            DropAfter(exception, connection);
            throw;
        }

        return await InterpretAsync(reply, method).ConfigureAwait(false);
    }

    /// <summary>A connection for calls that no other uses. Give it back.</summary>
    public Connection Rent(CancellationToken token)
    {
        if (TryRent() is { } idle)
        {
            return idle;
        }

        Connection connection = Client.Connect(Address, _key, _options.Client, token);
        try
        {
            connection.SendBytes(
                Python.Pickle.Dumps(ManagerWire.Request(null, ManagerWire.AcceptConnection, [Name]), _pickle), token);
            Interpret(connection.RecvBytes(token: token), ManagerWire.AcceptConnection);
            Keep(connection);
            return connection;
        }
        catch
        {
            connection.Close();
            throw;
        }
    }

    /// <inheritdoc cref="Rent"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public async ValueTask<Connection> RentAsync(CancellationToken token)
    {
        if (TryRent() is { } idle)
        {
            return idle;
        }

        Connection connection = await Client.ConnectAsync(Address, _key, _options.Client, token).ConfigureAwait(false);
        try
        {
            byte[] request = Python.Pickle.Dumps(ManagerWire.Request(null, ManagerWire.AcceptConnection, [Name]), _pickle);
            await connection.SendBytesAsync(request, token).ConfigureAwait(false);
            Interpret(await connection.RecvBytesAsync(token: token).ConfigureAwait(false), ManagerWire.AcceptConnection);
            Keep(connection);
            return connection;
        }
        catch
        {
            connection.Close();
            throw;
        }
    }

    /// <summary>Gives a connection back; one that was closed is forgotten.</summary>
    public void Return(Connection connection)
    {
        using (_gate.EnterScope())
        {
            if (!_isClosed && !connection.Closed)
            {
                _idle.Push(connection);
                return;
            }
        }

        Drop(connection);
    }

    /// <summary>Closes all connections.</summary>
    public void Close()
    {
        Connection[] open;
        using (_gate.EnterScope())
        {
            _isClosed = true;
            open = [.. _open];
            _idle.Clear();
        }

        Array.ForEach(open, static connection => connection.Close());
    }

    private Connection? TryRent()
    {
        using (_gate.EnterScope())
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(Manager));
        }

        return TryPop();
    }

    private Connection? TryPop()
    {
        using Threading.Scope scope = _gate.EnterScope();
        return _idle.TryPop(out Connection? idle) ? idle : null;
    }

    private void Keep(Connection connection)
    {
        using Threading.Scope scope = _gate.EnterScope();
        ObjectDisposedException.ThrowIf(_isClosed, typeof(Manager));
        _open.Add(connection);
    }

    /// <summary>Drops a connection over which a call has failed; the idle ones too if the server is gone, to which they lead.</summary>
    private void DropAfter(Exception failure, Connection connection)
    {
        Drop(connection);
        while (failure is IOException && TryPop() is { } idle)
        {
            Drop(idle);
        }
    }

    private void Drop(Connection connection)
    {
        connection.Close();
        using Threading.Scope scope = _gate.EnterScope();
        _open.Remove(connection);
    }

    /// <summary>What a reply means.</summary>
    private object? Interpret(byte[] message, string what)
    {
        object? reply = Read(message, out List<ProxyReference> proxies);
        foreach (ProxyReference proxy in proxies)
        {
            Control("incref", [proxy.Token.Ident]);
            proxy.IsCounted = true;
        }

        return Result(reply, what);
    }

    /// <inheritdoc cref="Interpret"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    private async ValueTask<object?> InterpretAsync(byte[] message, string what)
    {
        object? reply = Read(message, out List<ProxyReference> proxies);
        foreach (ProxyReference proxy in proxies)
        {
            await ControlAsync("incref", [proxy.Token.Ident], null, CancellationToken.None).ConfigureAwait(false);
            proxy.IsCounted = true;
        }

        return Result(reply, what);
    }

    private object? Read(byte[] message, out List<ProxyReference> proxies)
    {
        t_read = proxies = [];
        try
        {
            return Python.Pickle.Loads(message, _pickle);
        }
        finally
        {
            t_read = null;
        }
    }

    private object? Result(object? reply, string what)
    {
        if (reply is not object?[] { Length: 2 } parts)
        {
            throw new InvalidDataException("The server has sent what is no reply of a manager.");
        }

        switch (parts[0], parts[1])
        {
            case (ManagerWire.Return, var value):
                return value;
            case (ManagerWire.Error, Exception exception):
                throw exception;
            case (ManagerWire.Traceback, string text):
                throw new RemoteErrorException($"The server could not carry out {what}:", text);
            case (ManagerWire.Unserializable, string text):
                throw new RemoteErrorException($"The server could not send the result of {what}:", text);
            case (ManagerWire.NewProxy, object?[] and [var names, Token token]):
                return new Proxy(new ProxyReference(this, token with { Address = Address }, Token.NamesIn(names)) { IsCounted = true });
            default:
                throw new InvalidDataException($"The server has sent a reply of a kind that managers do not have: {parts[0]}.");
        }
    }

    /// <summary>A proxy that is a part of a value: of the same server, whatever it calls its own address.</summary>
    private Proxy Rebuild(Token token, string[]? exposed)
    {
        if (!IsOwn(token.Address) || t_read is null)
        {
            throw new PickleException(
                $"The value holds a proxy of another manager, at {token.Address}: connect to that one, and ask it for the object.");
        }

        var reference = new ProxyReference(this, token with { Address = Address }, exposed);
        t_read.Add(reference);
        return new Proxy(reference);
    }

    /// <summary>Whether it is the server's own address: as it was given here, or one that means the server itself.</summary>
    private bool IsOwn(Address address) => address == Address
        || (address.Path is null && Address.Path is null && address.Port == Address.Port
            && address.Host is "0.0.0.0" or "127.0.0.1" or "localhost" or "::" or "::1");
}
