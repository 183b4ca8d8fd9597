using System.Diagnostics;
using System.Runtime.CompilerServices;
using Braid.Multiprocessing;
using Braid.Waiting;

namespace Braid.Python;

/// <summary>
/// A client of a manager's server: of a Python program (<c>multiprocessing.managers</c>), or of a Braid program
/// (<see cref="ManagerServer"/>).
/// </summary>
/// <remarks>
/// <para>
/// It creates objects at the server, and gives proxies of them, whose methods are called there. Any number of threads may use it; calls run
/// beside each other, each over a connection of its own.
/// </para>
/// <para>Python counterpart: <c>BaseManager</c> and <c>SyncManager</c> after <c>connect()</c>.</para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed partial class Manager : IDisposable
{
    private const string CreateFunction = "create";

    private readonly ManagerLink _link;

    private Manager(ManagerLink link) => _link = link;

    /// <summary>Where the server listens.</summary>
    public Address Address => _link.Address;

    internal ManagerLink Link => _link;

    /// <summary>Connects to a server, and blocks until it has answered.</summary>
    /// <param name="address">Where the server listens: a path, or a host and a port.</param>
    /// <param name="authKey">The key that both sides know; not empty.</param>
    /// <param name="options">How to connect, and what crosses; null for the defaults.</param>
    /// <param name="token">Ends the wait.</param>
    /// <exception cref="ArgumentException">The key is empty, or the path is too long.</exception>
    /// <exception cref="AuthenticationException">One side has not proved itself.</exception>
    /// <exception cref="IOException">Nothing listens there, the host is not known, or the connection failed.</exception>
    /// <exception cref="InvalidDataException">What listens there is no server of a manager.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="TimeoutException"><see cref="ConnectionOptions.HandshakeTimeout"/> has passed.</exception>
    public static Manager Connect(
        Address address, ReadOnlySpan<byte> authKey, ManagerOptions? options = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        var link = new ManagerLink(address, authKey.ToArray(), options ?? new ManagerOptions());
        link.Control("dummy", [], null, token);
        return new Manager(link);
    }

    /// <summary>Connects to a server, and waits for its answer without blocking the thread.</summary>
    /// <inheritdoc cref="Connect" path="/param"/>
    /// <inheritdoc cref="Connect" path="/exception"/>
    public static ValueTask<Manager> ConnectAsync(
        Address address, ReadOnlySpan<byte> authKey, ManagerOptions? options = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        return Wait(new ManagerLink(address, authKey.ToArray(), options ?? new ManagerOptions()));

        [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
        async ValueTask<Manager> Wait(ManagerLink link)
        {
            await link.ControlAsync("dummy", [], null, token).ConfigureAwait(false);
            return new Manager(link);
        }
    }

    /// <summary>Has the server create an object, or return one that it has: whatever it has registered under the name.</summary>
    /// <param name="typeid">The name.</param>
    /// <param name="args">What the server's function takes: plain data.</param>
    /// <returns>A proxy. Dispose of it.</returns>
    /// <exception cref="RemoteErrorException">
    /// Nothing is registered under the name, or creating the object failed; the message is what the server says.
    /// </exception>
    /// <exception cref="PickleException">An argument is no plain data. Nothing was created.</exception>
    /// <exception cref="AuthenticationException">The server at the address has another key now.</exception>
    /// <exception cref="IOException">The server has gone, or cannot be reached.</exception>
    public Proxy Create(string typeid, params object?[] args)
    {
        ArgumentException.ThrowIfNullOrEmpty(typeid);
        ArgumentNullException.ThrowIfNull(args);
        return Create(typeid, Proxy.Positional(args), null);
    }

    /// <summary>Has the server create an object with keyword arguments.</summary>
    /// <param name="typeid">The name.</param>
    /// <param name="args">The arguments by position.</param>
    /// <param name="kwds">The arguments by name.</param>
    /// <param name="token">Ends the wait; the server may have created the object.</param>
    /// <returns>A proxy. Dispose of it.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    /// <inheritdoc cref="Create(string, object?[])" path="/exception"/>
    public Proxy CreateObject(
        string typeid, IEnumerable<object?> args, IReadOnlyDictionary<string, object?>? kwds = null, CancellationToken token = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(typeid);
        ArgumentNullException.ThrowIfNull(args);
        return Create(typeid, [.. args], kwds is null ? null : new Dictionary<string, object?>(kwds), token);
    }

    /// <summary>Has the server create an object, and waits for it without blocking the thread.</summary>
    /// <inheritdoc cref="CreateObject" path="/param"/>
    /// <inheritdoc cref="CreateObject" path="/returns"/>
    /// <inheritdoc cref="CreateObject" path="/exception"/>
    public ValueTask<Proxy> CreateObjectAsync(
        string typeid, IEnumerable<object?> args, IReadOnlyDictionary<string, object?>? kwds = null, CancellationToken token = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(typeid);
        ArgumentNullException.ThrowIfNull(args);
        return Wait(ArgumentsOf(typeid, [.. args]), kwds is null ? null : new Dictionary<string, object?>(kwds));

        [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
        async ValueTask<Proxy> Wait(object?[] all, Dictionary<string, object?>? named) =>
            Made(typeid, await _link.ControlAsync(CreateFunction, all, named, token).ConfigureAwait(false));
    }

    /// <summary>Has the server create an object, and returns it as a kind of proxy, or by an interface.</summary>
    /// <typeparam name="T">
    /// A kind of proxy, as <see cref="QueueProxy{T}"/>; or an interface of the program, whose members are called as Python would spell
    /// them: <c>CountWords</c> as <c>count_words</c>, or as <c>CountWords</c> if the server has that.
    /// </typeparam>
    /// <param name="typeid">The name.</param>
    /// <param name="args">What the server's function takes: plain data.</param>
    /// <remarks>
    /// A member of an interface may return a task, and is then awaited. <c>Dispose</c>, if the interface has it, gives the reference back;
    /// otherwise the collector does. What a member throws is what <see cref="Proxy.Call{T}"/> throws, and a
    /// <see cref="MissingMethodException"/> if the server has no such method.
    /// </remarks>
    /// <exception cref="ArgumentException"><typeparamref name="T"/> is neither.</exception>
    /// <inheritdoc cref="Create(string, object?[])" path="/exception"/>
    public T Create<T>(string typeid, params object?[] args)
        where T : class
    {
        Proxy proxy = Create(typeid, args);
        try
        {
            return proxy.As<T>();
        }
        catch
        {
            proxy.Dispose();
            throw;
        }
    }

    /// <summary>A new queue. Python counterpart: <c>SyncManager.Queue</c>.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="maxsize">How many items it holds at most; zero, the default, for any number.</param>
    /// <inheritdoc cref="Create(string, object?[])" path="/returns"/>
    /// <inheritdoc cref="Create(string, object?[])" path="/exception"/>
    public QueueProxy<T> Queue<T>(int maxsize = 0) => Create<QueueProxy<T>>("Queue", maxsize);

    /// <summary>A new queue. Python counterpart: <c>SyncManager.JoinableQueue</c>, which is the same as <c>Queue</c>.</summary>
    /// <inheritdoc cref="Queue{T}" path="/typeparam"/>
    /// <inheritdoc cref="Queue{T}" path="/param"/>
    /// <inheritdoc cref="Create(string, object?[])" path="/returns"/>
    /// <inheritdoc cref="Create(string, object?[])" path="/exception"/>
    public QueueProxy<T> JoinableQueue<T>(int maxsize = 0) => Create<QueueProxy<T>>("JoinableQueue", maxsize);

    /// <summary>A new event. Python counterpart: <c>SyncManager.Event</c>.</summary>
    /// <inheritdoc cref="Create(string, object?[])" path="/returns"/>
    /// <inheritdoc cref="Create(string, object?[])" path="/exception"/>
    public EventProxy Event() => Create<EventProxy>("Event");

    /// <summary>A new lock. Python counterpart: <c>SyncManager.Lock</c>.</summary>
    /// <inheritdoc cref="Create(string, object?[])" path="/returns"/>
    /// <inheritdoc cref="Create(string, object?[])" path="/exception"/>
    public LockProxy Lock() => Create<LockProxy>("Lock");

    /// <summary>A new lock that its holder can acquire again. Python counterpart: <c>SyncManager.RLock</c>.</summary>
    /// <inheritdoc cref="Create(string, object?[])" path="/returns"/>
    /// <inheritdoc cref="Create(string, object?[])" path="/exception"/>
    public RLockProxy RLock() => Create<RLockProxy>("RLock");

    /// <summary>A new semaphore. Python counterpart: <c>SyncManager.Semaphore</c>.</summary>
    /// <param name="value">How many permits it has.</param>
    /// <inheritdoc cref="Create(string, object?[])" path="/returns"/>
    /// <inheritdoc cref="Create(string, object?[])" path="/exception"/>
    public LockProxy Semaphore(int value = 1) => Create<LockProxy>("Semaphore", value);

    /// <summary>A new semaphore that never has more permits. Python counterpart: <c>SyncManager.BoundedSemaphore</c>.</summary>
    /// <param name="value">How many permits it has.</param>
    /// <inheritdoc cref="Create(string, object?[])" path="/returns"/>
    /// <inheritdoc cref="Create(string, object?[])" path="/exception"/>
    public LockProxy BoundedSemaphore(int value = 1) => Create<LockProxy>("BoundedSemaphore", value);

    /// <summary>A new condition. Python counterpart: <c>SyncManager.Condition</c>.</summary>
    /// <param name="mutex">An RLock of the same server; null, the default, for a new one.</param>
    /// <inheritdoc cref="Create(string, object?[])" path="/returns"/>
    /// <inheritdoc cref="Create(string, object?[])" path="/exception"/>
    public ConditionProxy Condition(RLockProxy? mutex = null) =>
        mutex is null ? Create<ConditionProxy>("Condition") : Create<ConditionProxy>("Condition", mutex);

    /// <summary>A new barrier. Python counterpart: <c>SyncManager.Barrier</c>.</summary>
    /// <param name="parties">How many must arrive.</param>
    /// <inheritdoc cref="Create(string, object?[])" path="/returns"/>
    /// <inheritdoc cref="Create(string, object?[])" path="/exception"/>
    public BarrierProxy Barrier(int parties) => Create<BarrierProxy>("Barrier", parties);

    /// <summary>A new list. Python counterpart: <c>SyncManager.list</c>.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="items">What is in it; null, the default, for nothing.</param>
    /// <inheritdoc cref="Create(string, object?[])" path="/returns"/>
    /// <inheritdoc cref="Create(string, object?[])" path="/exception"/>
    public ListProxy<T> List<T>(IEnumerable<T>? items = null) =>
        Create<ListProxy<T>>("list", (items ?? []).Select(static item => (object?)item).ToList());

    /// <summary>A new dictionary. Python counterpart: <c>SyncManager.dict</c>.</summary>
    /// <typeparam name="TKey">The type of the keys.</typeparam>
    /// <typeparam name="TValue">The type of the values.</typeparam>
    /// <param name="items">What is in it; null, the default, for nothing.</param>
    /// <inheritdoc cref="Create(string, object?[])" path="/returns"/>
    /// <inheritdoc cref="Create(string, object?[])" path="/exception"/>
    public DictProxy<TKey, TValue> Dict<TKey, TValue>(IEnumerable<KeyValuePair<TKey, TValue>>? items = null)
        where TKey : notnull =>
        Create<DictProxy<TKey, TValue>>("dict", (items ?? []).Select(static item => (item.Key, item.Value)).ToList());

    /// <summary>A new value. Python counterpart: <c>SyncManager.Value</c>, which keeps the code and obeys it not.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="typecode">A code of Python's module <c>array</c>.</param>
    /// <param name="value">The value.</param>
    /// <inheritdoc cref="Create(string, object?[])" path="/returns"/>
    /// <inheritdoc cref="Create(string, object?[])" path="/exception"/>
    public ValueProxy<T> Value<T>(string typecode, T value) => Create<ValueProxy<T>>("Value", typecode, value);

    /// <summary>A new array of numbers of a fixed length. Python counterpart: <c>SyncManager.Array</c>.</summary>
    /// <typeparam name="T">A type of numbers.</typeparam>
    /// <param name="typecode">A code of Python's module <c>array</c>: <c>"i"</c> for int, <c>"d"</c> for double.</param>
    /// <param name="items">What is in it.</param>
    /// <inheritdoc cref="Create(string, object?[])" path="/returns"/>
    /// <inheritdoc cref="Create(string, object?[])" path="/exception"/>
    public ArrayProxy<T> Array<T>(string typecode, IEnumerable<T> items)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(items);
        return Create<ArrayProxy<T>>("Array", typecode, items.Select(static item => (object?)item).ToList());
    }

    /// <summary>A new namespace. Python counterpart: <c>SyncManager.Namespace</c>.</summary>
    /// <inheritdoc cref="Create(string, object?[])" path="/returns"/>
    /// <inheritdoc cref="Create(string, object?[])" path="/exception"/>
    public NamespaceProxy Namespace() => Create<NamespaceProxy>("Namespace");

    /// <summary>How many objects clients have references to.</summary>
    /// <inheritdoc cref="Create(string, object?[])" path="/exception"/>
    public int NumberOfObjects() => (int)(long)_link.Control("number_of_objects", [])!;

    /// <summary>The server's objects as text, with the number of references to each.</summary>
    /// <inheritdoc cref="Create(string, object?[])" path="/exception"/>
    public string DebugInfo() => (string)_link.Control("debug_info", [])!;

    /// <summary>
    /// Has the server end: one of CPython ends its program, one of Braid stops serving. If it was started here, waits for the end of its
    /// process, which is terminated after a second, and killed after another. Calling it again does nothing then.
    /// </summary>
    /// <inheritdoc cref="Create(string, object?[])" path="/exception"/>
    public void Shutdown()
    {
        if (_end is null)
        {
            _link.Control("shutdown", []);
            return;
        }

        _ = _end.Value;
    }

    /// <summary>
    /// Closes the connections, and ends the server if it was started here. Calls of its proxies fail from then on; those that wait end. The
    /// references that its proxies have at another server stay until they are disposed of, or collected, or a server of Braid learns of the
    /// end of this process.
    /// </summary>
    public void Dispose()
    {
        _link.Close();
        _ = _end?.Value;
    }

    /// <summary>Where the server listens.</summary>
    public override string ToString() => $"Manager at {Address}";

    private static object?[] ArgumentsOf(string typeid, object?[] args) => [typeid, .. args];

    private Proxy Create(string typeid, object?[] args, Dictionary<string, object?>? kwds, CancellationToken token = default) =>
        Made(typeid, _link.Control(CreateFunction, ArgumentsOf(typeid, args), kwds, token));

    /// <summary>The proxy of a new object, to which the server has counted one reference of this client already.</summary>
    private Proxy Made(string typeid, object? reply) => reply is object?[] and [string ident, var names]
        ? new Proxy(new ProxyReference(_link, new Token(typeid, Address, ident), Token.NamesIn(names)) { IsCounted = true })
        : throw new InvalidDataException("The server has sent what is no new object.");
}
