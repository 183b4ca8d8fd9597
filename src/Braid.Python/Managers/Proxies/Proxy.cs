using System.Diagnostics;
using System.Runtime.CompilerServices;
using Braid.Waiting;

namespace Braid.Python;

/// <summary>An object of a manager's server, whose methods are called there.</summary>
/// <remarks>
/// <para>
/// Arguments and results are copied, as plain data; a proxy among them stays the object that it stands for. The server keeps the object
/// while a client has a reference, which is until the proxy is disposed of or collected. Any number of threads may use a proxy.
/// </para>
/// <para>Python counterpart: <c>multiprocessing.managers.BaseProxy</c>.</para>
/// </remarks>
[DebuggerDisplay("{Typeid,nq} proxy")]
public class Proxy : IDisposable
{
    internal Proxy(ProxyReference reference) => Reference = reference;

    /// <summary>The name under which the type of the object is registered at the server.</summary>
    public string Typeid => Reference.Token.Typeid;

    /// <summary>The names of the methods that can be called. The first use may ask the server, and block.</summary>
    public IReadOnlyList<string> Exposed => Reference.Exposed;

    internal ProxyReference Reference { get; }

    /// <summary>Calls a method, blocking until it has returned, and returns its result.</summary>
    /// <typeparam name="T">
    /// What <see cref="Pickle.Loads{T}"/> reads; or a kind of proxy, an interface, or <see cref="IEnumerable{TItem}"/>, for a result
    /// that is an object of the server.
    /// </typeparam>
    /// <param name="method">Its name as the server has it: <c>get_nowait</c>.</param>
    /// <param name="args">
    /// The arguments: plain data. An <c>object[]</c> is all of them; write <c>[tuple]</c> for a tuple as the only one.
    /// </param>
    /// <exception cref="RemoteErrorException">The server could not call it: it has no such method, or the object is gone.</exception>
    /// <exception cref="PythonException">
    /// The method raised this. Exceptions of queues arrive as Braid's own, <see cref="Queues.QueueEmptyException"/> and the like.
    /// </exception>
    /// <exception cref="PickleException">
    /// An argument cannot be pickled: nothing was called. Or the result is no plain data, or no <typeparamref name="T"/>.
    /// </exception>
    /// <exception cref="IOException">The server has gone, or cannot be reached.</exception>
    /// <exception cref="ObjectDisposedException">The proxy or its manager was disposed of.</exception>
    public T Call<T>(string method, params object?[] args) => To<T>(Invoke(method, Positional(args), null, CancellationToken.None));

    /// <summary>Calls a method, blocking until it has returned.</summary>
    /// <inheritdoc cref="Call{T}" path="/param"/>
    /// <inheritdoc cref="Call{T}" path="/exception"/>
    public void Call(string method, params object?[] args) => Invoke(method, Positional(args), null, CancellationToken.None);

    /// <summary>
    /// Calls a method with keyword arguments, blocking until it has returned, and returns its result. Python counterpart:
    /// <c>_callmethod</c>.
    /// </summary>
    /// <inheritdoc cref="Call{T}" path="/typeparam"/>
    /// <param name="method">Its name as the server has it.</param>
    /// <param name="args">The arguments by position.</param>
    /// <param name="kwds">The arguments by name.</param>
    /// <param name="token">
    /// Ends the wait. The connection is closed, by which a Braid server ends a wait of the method; one of CPython goes on with it.
    /// </param>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the call.</exception>
    /// <inheritdoc cref="Call{T}" path="/exception"/>
    public T CallMethod<T>(
        string method, IEnumerable<object?> args, IReadOnlyDictionary<string, object?>? kwds, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(args);
        return To<T>(Invoke(method, [.. args], kwds, token));
    }

    /// <summary>Calls a method, and waits for its result without blocking the thread.</summary>
    /// <inheritdoc cref="Call{T}" path="/typeparam"/>
    /// <inheritdoc cref="Call{T}" path="/param"/>
    /// <inheritdoc cref="Call{T}" path="/exception"/>
    public ValueTask<T> CallAsync<T>(string method, params object?[] args) =>
        CallMethodAsync<T>(method, Positional(args), null, CancellationToken.None);

    /// <summary>Calls a method, and waits until it has returned without blocking the thread.</summary>
    /// <inheritdoc cref="Call{T}" path="/param"/>
    /// <inheritdoc cref="Call{T}" path="/exception"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    public async ValueTask CallAsync(string method, params object?[] args) =>
        await InvokeAsync(method, Positional(args), null, CancellationToken.None).ConfigureAwait(false);

    /// <summary>Calls a method with keyword arguments, and waits for its result without blocking the thread.</summary>
    /// <inheritdoc cref="CallMethod{T}" path="/typeparam"/>
    /// <inheritdoc cref="CallMethod{T}" path="/param"/>
    /// <inheritdoc cref="CallMethod{T}" path="/exception"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public async ValueTask<T> CallMethodAsync<T>(
        string method, IEnumerable<object?> args, IReadOnlyDictionary<string, object?>? kwds, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(args);
        return To<T>(await InvokeAsync(method, [.. args], kwds, token));
    }

    /// <summary>A copy of the whole object. Python counterpart: <c>_getvalue()</c>.</summary>
    /// <typeparam name="T">As for <see cref="Call{T}"/>.</typeparam>
    /// <exception cref="RemoteErrorException">The object is not plain data.</exception>
    /// <inheritdoc cref="Call{T}" path="/exception"/>
    public T GetValue<T>() => Call<T>(ManagerWire.GetValue);

    /// <summary>The same object as another kind of proxy, or by an interface whose members are called as Python would spell them.</summary>
    /// <typeparam name="T">A kind of proxy; or an interface of the program.</typeparam>
    /// <returns>A proxy that has the same reference: disposing of either disposes of both.</returns>
    /// <exception cref="ArgumentException"><typeparamref name="T"/> is neither.</exception>
    public T As<T>()
        where T : class => (T)As(typeof(T));

    /// <summary>Gives the reference back, so that the server need not keep the object for it. Blocks while the server answers.</summary>
    public void Dispose()
    {
        Reference.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>What Python's <c>str</c> shows of the object, asked of the server; the type alone if it cannot be reached.</summary>
    public override string ToString()
    {
        try
        {
            return Call<string>("__str__");
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or RemoteErrorException
            or PythonException or TimeoutException)
        {
            return $"a {Typeid} of a manager";
        }
    }

    /// <summary>Calls a method, and throws what Braid's own types throw for the same mistake.</summary>
    private protected T CallTranslated<T>(string method, params object?[] args)
    {
        try
        {
            return Call<T>(method, args);
        }
        catch (PythonException exception)
        {
            throw Translated.Of(exception);
        }
    }

    /// <summary>Makes a call that fails with one of Python's exceptions if what it looks for is not there.</summary>
    private protected static bool Finds(string error, Action call)
    {
        try
        {
            call();
            return true;
        }
        catch (PythonException exception) when (exception.Type.Module == "builtins" && exception.Type.Name == error)
        {
            return false;
        }
    }

    /// <summary>Calls a method. The proxy lives at least as long as the call.</summary>
    internal object? Invoke(string method, object?[] args, IReadOnlyDictionary<string, object?>? kwds, CancellationToken token)
    {
        byte[] request = Request(method, args, kwds);
        object? result = Reference.Link.Call(request, method, token);
        GC.KeepAlive(this);
        return result;
    }

    /// <inheritdoc cref="Invoke"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    internal async ValueTask<object?> InvokeAsync(
        string method, object?[] args, IReadOnlyDictionary<string, object?>? kwds, CancellationToken token)
    {
        byte[] request = Request(method, args, kwds);
        object? result = await Reference.Link.CallAsync(request, method, token).ConfigureAwait(false);
        GC.KeepAlive(this);
        return result;
    }

    /// <summary>The request as it is sent.</summary>
    internal byte[] Request(string method, object?[] args, IReadOnlyDictionary<string, object?>? kwds = null)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(args);
        Reference.ThrowIfReleased();
        return Pickle.Dumps(
            ManagerWire.Request(Reference.Token.Ident, method, args, kwds is null ? null : new Dictionary<string, object?>(kwds)),
            Reference.Link.Pickle);
    }

    /// <summary>An array of strings, which C# takes for the arguments themselves, is one argument, as an array of numbers is.</summary>
    internal static object?[] Positional(object?[] args) => args is null || args.GetType() == typeof(object[]) ? args! : [args];

    /// <summary>A result as the type that the program asks for.</summary>
    internal T To<T>(object? value) => (T)To(typeof(T), value)!;

    /// <inheritdoc cref="To{T}"/>
    internal object? To(Type type, object? value) => value is Proxy proxy && !type.IsInstanceOfType(value)
        ? proxy.As(type)
        : Conversion.To(type, value, Reference.Link.Pickle);

    internal object As(Type type)
    {
        if (type.IsInstanceOfType(this))
        {
            return this;
        }

        if (type.IsAssignableTo(typeof(Proxy)) || type.IsAssignableTo(typeof(AcquirerProxy)))
        {
            return Made(type);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() is var definition
            && (definition == typeof(IEnumerable<>) || definition == typeof(IEnumerator<>) || definition == typeof(IAsyncEnumerable<>)))
        {
            var items = (IEnumerableProxy)Made(typeof(IteratorProxy<>).MakeGenericType(type.GetGenericArguments()));
            return definition == typeof(IEnumerator<>) ? items.Enumerator()
                : definition == typeof(IAsyncEnumerable<>) ? items.AsyncItems()
                : items;
        }

        return type.IsInterface
            ? InterfaceProxy.Create(type, this)
            : throw new ArgumentException($"The server has returned an object, a {Typeid}; {type} is no kind of proxy, and no interface.");
    }

    private object Made(Type type) => Activator.CreateInstance(
        type, System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic, null, [Reference], null)!;
}
