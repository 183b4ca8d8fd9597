using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Braid.Futures;
using Braid.Multiprocessing;
using Braid.Queues;
using Braid.Threading;
using Braid.Waiting;

namespace Braid.Python;

/// <summary>
/// Serves objects of this program to other processes that know a key: to Python programs (<c>multiprocessing.managers</c>) and to Braid
/// programs (<see cref="Manager"/>).
/// </summary>
/// <remarks>
/// <para>
/// A client creates objects of the types that are registered, and calls their methods by proxies. Every server has the types of Python's
/// <c>SyncManager</c>: Queue, JoinableQueue, Event, Lock, RLock, Semaphore, BoundedSemaphore, Condition, Barrier, list, dict, Value, Array
/// and Namespace. <see cref="Register{T}"/> adds the program's own: queues, events and locks of Braid, and objects by an interface.
/// Arguments and results are plain data, as pickles; nothing that a client names leads to a type or a member, except to the members of the
/// interfaces that were registered.
/// </para>
/// <para>
/// An object lives while a client has a reference to it. The references and the locks of a client that ends, however it ends, are given
/// back: see docs/with-python.md for what a client is.
/// </para>
/// <para>
/// Each connection is served by a thread of its own, so calls run in parallel and may block. Python counterpart:
/// <c>BaseManager.get_server()</c>.
/// </para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed partial class ManagerServer : IDisposable
{
    private readonly ManagerServerOptions _options;
    private readonly Listener _listener;
    private readonly ThreadPoolExecutor _threads;
    private readonly ConcurrentDictionary<string, Registration> _types = new();
    private readonly ConcurrentDictionary<Type, (string Typeid, string[]? Exposed)> _results = new();   // how a result of a type is served
    // What clients see of an object of the program, by the name of its type: so that one lock is one for all clients.
    private readonly ConditionalWeakTable<object, ConcurrentDictionary<string, Referent>> _referents = [];
    private readonly ObjectTable _objects;
    private readonly Sessions _sessions;
    private readonly Address _address;
    private readonly PickleOptions _pickle;
    private readonly Threading.Lock _gate = Threading.Lock.OfBraid();
    private readonly HashSet<Connection> _connections = [];   // guarded by _gate: those that are served
    private bool _isServing;                                  // guarded by _gate
    private bool _isClosed;                                   // guarded by _gate

    /// <summary>Begins to listen. Clients wait until <see cref="Start"/> or <see cref="ServeForever"/>.</summary>
    /// <param name="address">As for <see cref="Listener"/>; null, the default, for a new Unix socket that only this user can reach.</param>
    /// <param name="authKey">The key that the clients know; not empty.</param>
    /// <param name="options">How to treat the clients; null for the defaults.</param>
    /// <exception cref="ArgumentException">The key is empty, or the path is too long.</exception>
    /// <exception cref="IOException">The address is in use; or the system refuses for another reason.</exception>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    public ManagerServer(Address? address = null, ReadOnlySpan<byte> authKey = default, ManagerServerOptions? options = null)
    {
        _options = options ?? new ManagerServerOptions();
        _listener = new Listener(address, authKey, _options.Listener);
        _address = _options.PublicAddress ?? _listener.Address;
        _objects = new ObjectTable(_options.MaxObjects);
        _sessions = new Sessions(_options.ForgetAfter, _objects.End);
        _pickle = PickleFor(caller: null);
        _threads = new ThreadPoolExecutor(new ThreadPoolOptions
        {
            MaxWorkers = _options.MaxConnections,
            ThreadNamePrefix = "Braid manager",
            Daemon = true,
        });
        foreach (Registration type in BuiltinTypes.All(_pickle, OnAbandoned))
        {
            _types[type.Typeid] = type;
        }
    }

    /// <summary>
    /// A client has ended while it held a lock, or permits of a semaphore. They were released, and the next client simply gets them: what
    /// they protect may be half changed.
    /// </summary>
    /// <remarks>Raised on a thread of the server. What a handler throws is reported on standard error.</remarks>
    public event EventHandler<LockAbandonedEventArgs>? LockAbandoned;

    /// <summary>Where it listens, with the port that the system has chosen.</summary>
    public Address Address => _listener.Address;

    /// <summary>How many objects clients have references to. Python counterpart: <c>number_of_objects</c>.</summary>
    public int ObjectCount => _objects.Count;

    /// <summary>How many peers were turned away: they did not prove that they know the key, or took too long for it.</summary>
    public long RefusedCount => _listener.RefusedCount;

    /// <summary>How many clients there are. For tests.</summary>
    internal int SessionCount => _sessions.Count;

    /// <summary>How many connections are served. For tests.</summary>
    internal int ConnectionCount
    {
        get
        {
            using Scope scope = _gate.EnterScope();
            return _connections.Count;
        }
    }

    /// <summary>Lets clients create objects, or reach one, by calling a function of the program.</summary>
    /// <typeparam name="T">
    /// What the function returns: a queue, event, lock, semaphore, condition or barrier of Braid; or an interface, whose members clients
    /// may then call, those that it inherits included.
    /// </typeparam>
    /// <param name="typeid">The name by which clients ask for it. One that is registered already is replaced.</param>
    /// <param name="create">
    /// Called for each client that asks, on a thread of the server. It may return the same object every time.
    /// </param>
    /// <param name="exposed">Which of the methods clients may call, by their names on the wire; null, the default, for all.</param>
    /// <returns>This server.</returns>
    /// <remarks>
    /// <para>
    /// A member of an interface has the name that it has in C#, and that which Python's would be: <c>CountWords</c> is
    /// <c>count_words</c> too, <c>CountWordsAsync</c> also <c>count_words_async</c>, and <c>count_words</c> where there is no other; a
    /// property <c>Count</c> is a method <c>count()</c>, and <c>set_count(value)</c>. The server awaits the tasks that members return. A
    /// member that returns an <see cref="IEnumerable{T}"/>, an enumerator or an <see cref="IAsyncEnumerable{T}"/> gives the client an
    /// iterator; one that returns an interface or another type that is registered gives it a proxy, under the name by which the type
    /// was registered first; every other result is copied. A <see cref="CancellationToken"/> among the parameters is cancelled when the
    /// caller goes.
    /// </para>
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// The name is empty; or <typeparamref name="T"/> is none of these; or an interface has members that cannot be called over a wire; or
    /// <paramref name="exposed"/> names a method that there is not.
    /// </exception>
    public ManagerServer Register<T>(string typeid, Func<T> create, IEnumerable<string>? exposed = null)
        where T : class => Register(typeid, (Delegate)create, exposed);   // whose Invoke returns a T

    /// <summary>Lets clients create objects with arguments.</summary>
    /// <param name="typeid">The name by which clients ask for it. One that is registered already is replaced.</param>
    /// <param name="create">
    /// A function whose parameters clients give by position or by name, and whose result is as for <see cref="Register{T}"/>:
    /// <c>(string name, int size) =&gt; (IStore)new Store(name, size)</c>.
    /// </param>
    /// <param name="exposed">Which of the methods clients may call; null, the default, for all.</param>
    /// <returns>This server.</returns>
    /// <inheritdoc cref="Register{T}" path="/exception"/>
    public ManagerServer Register(string typeid, Delegate create, IEnumerable<string>? exposed = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(typeid);
        ArgumentNullException.ThrowIfNull(create);
        Type type = create.GetType().GetMethod(nameof(Action.Invoke))!.ReturnType;
        string[]? names = exposed is null ? null : [.. exposed];
        if (!IsServable(type))
        {
            throw new ArgumentException(
                $"Objects of {type} cannot be served: register an interface of it, whose members clients may call: " +
                $"server.Register<IMine>(\"{typeid}\", () => ...).",
                nameof(create));
        }

        if (!IsOwnInterface(type) && names is not null)
        {
            throw new ArgumentException($"All methods of a {type} are exposed, as Python has them.", nameof(exposed));
        }

        if (IsOwnInterface(type))
        {
            string[] all = InterfaceMap.Of(type).Names;   // throws now what would be thrown when a client asks
            if (names?.FirstOrDefault(name => !all.Contains(name)) is { } unknown)
            {
                throw new ArgumentException($"{type} has no member that clients call {unknown}.", nameof(exposed));
            }
        }

        _types[typeid] = Registration.Of(create, typeid, _pickle, target => Serve(typeid, type, target, names));
        _results.AddOrUpdate(type, (typeid, names), (_, first) => first.Typeid == typeid ? (typeid, names) : first);
        return this;
    }

    /// <summary>Serves clients on threads of its own, until it is closed or a client asks it to shut down. Returns at once.</summary>
    /// <exception cref="InvalidOperationException">It serves already.</exception>
    /// <exception cref="ObjectDisposedException">It was closed.</exception>
    public void Start()
    {
        BeginServing();
        new Threading.Thread(() => AcceptAll(CancellationToken.None), name: "Braid manager", daemon: true).Start();
    }

    /// <summary>
    /// Serves clients, blocking the thread, until it is closed, the token is cancelled, or a client asks it to shut down; then closes it.
    /// </summary>
    /// <param name="token">Ends it.</param>
    /// <exception cref="InvalidOperationException">It serves already.</exception>
    /// <exception cref="ObjectDisposedException">It was closed.</exception>
    public void ServeForever(CancellationToken token = default)
    {
        BeginServing();
        AcceptAll(token);
        Close();
    }

    /// <summary>
    /// Ends all connections, and stops listening. Calls that clients wait for fail there; those that run here are not stopped, but waits of
    /// queues, locks and the like end. Calling it again does nothing.
    /// </summary>
    public void Close()
    {
        Connection[] open;
        using (_gate.EnterScope())
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            open = [.. _connections];
        }

        _listener.Close();
        Array.ForEach(open, static connection => connection.Close());
        _sessions.Dispose();
        _threads.Shutdown(wait: false);
    }

    /// <inheritdoc cref="Close"/>
    public void Dispose() => Close();

    /// <summary>Where it listens, and how many objects it has.</summary>
    public override string ToString() => $"ManagerServer at {Address}, {ObjectCount} objects";

    private static bool IsServable(Type type) => type.IsInterface || Builtin(type) || QueueItem(type) is not null;

    /// <summary>Whether clients see the members of the interface, and not those of a type of Python's.</summary>
    private static bool IsOwnInterface(Type type) => type.IsInterface && !Builtin(type) && QueueItem(type) is null;

    private static bool Builtin(Type type) => type.IsAssignableTo(typeof(ILock)) || type.IsAssignableTo(typeof(ISemaphore))
        || type.IsAssignableTo(typeof(IEvent)) || type.IsAssignableTo(typeof(IBarrier));

    private static Type? QueueItem(Type type) => type.GetInterfaces().Append(type)
        .FirstOrDefault(static one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IQueue<>))?.GetGenericArguments()[0];

    /// <summary>What clients see of an object of the program.</summary>
    private Referent Serve(string typeid, Type type, object target, string[]? exposed)
    {
        if (target is Referent own)
        {
            return own;
        }

        // A lock under two names is one: who holds it is noted in one place. Of an interface each name may expose other members.
        return _referents.GetValue(target, static _ => new ConcurrentDictionary<string, Referent>())
            .GetOrAdd(IsOwnInterface(type) ? typeid : "", _ => NewReferent(typeid, type, target, exposed));
    }

    private Referent NewReferent(string typeid, Type type, object target, string[]? exposed)
    {
        if (IsOwnInterface(type))
        {
            return new InterfaceReferent(typeid, target, InterfaceMap.Of(type), exposed, _pickle, ServeResult);
        }

        return target switch
        {
            ICondition condition => new ConditionReferent(typeid, condition, null, OnAbandoned),
            Threading.RLock or Multiprocessing.RLock => new ReentrantReferent(typeid, (ILock)target, OnAbandoned),
            ILock mutex => new LockReferent(typeid, mutex, OnAbandoned),
            ISemaphore semaphore => new SemaphoreReferent(typeid, semaphore, OnAbandoned),
            IEvent flag => new EventReferent(typeid, flag),
            IBarrier barrier => new BarrierReferent(typeid, barrier, Timeout.InfiniteTimeSpan),
            _ => (Referent)Activator.CreateInstance(
                typeof(QueueReferent<>).MakeGenericType(QueueItem(type)!), typeid, target, _pickle)!,
        };
    }

    /// <summary>What clients see of the result of a member of an interface; null if it is copied.</summary>
    private Referent? ServeResult(Type declared, object result) =>
        _results.TryGetValue(declared, out var found) ? Serve(found.Typeid, declared, result, found.Exposed) : null;

    /// <summary>Tells the program, on a thread of its own: it may throw or block, and other locks are still to be released.</summary>
    private void OnAbandoned(Referent referent, string client)
    {
        if (LockAbandoned is { } handlers)
        {
            CallbackThreads.Run(() => handlers(this, new LockAbandonedEventArgs(referent.Typeid, client)));
        }
    }

    private PickleOptions PickleFor(Caller? caller)
    {
        PickleOptions options = Token.Register(new PickleOptions(_options.Pickle), (token, _) => Inside(token));
        return options.AddWriter<Referent>(referent =>
        {
            caller?.NoteSent(referent);
            return new Token(referent.Typeid, _address, referent.Ident!).ToProxy(referent.Exposed);
        });
    }

    /// <summary>What a proxy that a client sends stands for here.</summary>
    private Referent Inside(Token token) => _objects.FindForInside(token.Ident) ?? throw new PickleException(
        $"The proxy refers to object {token.Ident} at {token.Address}: it is gone, or of another manager, whose proxies cannot be kept " +
        "here.");

    private void BeginServing()
    {
        using Scope scope = _gate.EnterScope();
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (_isServing)
        {
            throw new InvalidOperationException("The server serves already.");
        }

        _isServing = true;
    }
}
