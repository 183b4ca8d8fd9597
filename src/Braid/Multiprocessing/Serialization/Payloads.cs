using System.Buffers;

namespace Braid.Multiprocessing;

/// <summary>How values travel between the processes of a program.</summary>
/// <remarks>
/// <para>
/// Both processes need what is registered here, and in a worker <c>Main</c> does not run: call these methods from a module initialiser
/// (<see cref="ModuleInitializerAttribute"/>) of the program or of the assembly that declares the type, which runs in workers too.
/// They do not block. What they are given may be called on any thread, on several at once.
/// </para>
/// <para>
/// What is registered for a class serves the classes derived from it too, unless they have something of their own, and what is registered for an
/// interface serves the classes that implement it. Since it may know nothing of what a derived class adds, the receiver accepts only an object of the class that was sent.
/// </para>
/// <para>Python counterpart: <c>copyreg</c> and <c>multiprocessing.reduction.register</c>.</para>
/// </remarks>
public static class Payloads
{
    /// <summary>Lets values of a type travel as bytes of their own.</summary>
    /// <typeparam name="T">The type: a class, a struct or an interface.</typeparam>
    /// <param name="write">Writes a value, never null.</param>
    /// <param name="read">Makes the value from exactly the bytes that were written.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="write"/> is async void.</exception>
    /// <exception cref="InvalidOperationException">The type has a converter, or values of it travelled already.</exception>
    public static void Register<T>(Action<IBufferWriter<byte>, T> write, Func<ReadOnlyMemory<byte>, T> read)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(write);
        ArgumentNullException.ThrowIfNull(read);
        Threading.AsyncVoid.Refuse(write, "A converter must have written all when it returns.");
        Converters.Add(typeof(T), new BytesConverter<T>(write, read));
    }

    /// <summary>Lets values of a type travel as values of another type, its form, which may hold anything that can travel.</summary>
    /// <typeparam name="T">The type: a class, a struct or an interface.</typeparam>
    /// <typeparam name="TForm">What it travels as: an array, a tuple, a record.</typeparam>
    /// <param name="pack">The form of a value, never null.</param>
    /// <param name="unpack">Makes the value of its form.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="InvalidOperationException">The type has a converter, or values of it travelled already.</exception>
    public static void Register<T, TForm>(Func<T, TForm> pack, Func<TForm, T> unpack)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(pack);
        ArgumentNullException.ThrowIfNull(unpack);
        Converters.Add(typeof(T), new FormConverter<T, TForm>(pack, unpack));
    }

    /// <summary>Lets the values of a generic type travel as values of another type, whatever the type arguments are.</summary>
    /// <param name="form">The definition of a class that implements <see cref="IPayloadForm{T, TForm}"/>, such as <c>typeof(BagForm&lt;&gt;)</c>.</param>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <exception cref="ArgumentException">The type is no such definition.</exception>
    /// <exception cref="InvalidOperationException">The generic type has a form, or values of it travelled already.</exception>
    public static void Register(Type form)
    {
        ArgumentNullException.ThrowIfNull(form);
        Converters.AddGeneric(form);
    }
}
