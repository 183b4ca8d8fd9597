using System.Buffers;

namespace Braid.Multiprocessing;

/// <summary>How values travel between the processes of a program.</summary>
/// <remarks>
/// <para>
/// Registrations are needed in both processes, and a worker does not run <c>Main</c>: call these methods from a module initialiser
/// (<see cref="ModuleInitializerAttribute"/>) of the program or of the assembly that declares the type, which runs in workers too. They do
/// not block. The delegates passed to them may be called on any thread, on several at once.
/// </para>
/// <para>
/// A registration for a class also serves the classes derived from it, unless they have their own, and a registration for an interface
/// serves the classes that implement it. Since it may not know what a derived class adds, the receiver accepts only an object of the class
/// that was sent.
/// </para>
/// <para>Python counterpart: <c>copyreg</c> and <c>multiprocessing.reduction.register</c>.</para>
/// </remarks>
public static class Payloads
{
    /// <summary>Sends values of a type as bytes that the program writes and reads itself.</summary>
    /// <typeparam name="T">The type: a class, a struct or an interface.</typeparam>
    /// <param name="write">Writes a value, never null.</param>
    /// <param name="read">Makes the value from exactly the bytes that were written.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="write"/> is async void.</exception>
    /// <exception cref="InvalidOperationException">The type already has a converter, or values of it have already travelled.</exception>
    public static void Register<T>(Action<IBufferWriter<byte>, T> write, Func<ReadOnlyMemory<byte>, T> read)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(write);
        ArgumentNullException.ThrowIfNull(read);
        Threading.AsyncVoid.Refuse(write, "A converter must have written all when it returns.");
        Converters.Add(typeof(T), new BytesConverter<T>(write, read));
    }

    /// <summary>Sends values of a type as values of another type, its form, which may hold anything that can travel.</summary>
    /// <typeparam name="T">The type: a class, a struct or an interface.</typeparam>
    /// <typeparam name="TForm">What it is sent as: an array, a tuple, a record.</typeparam>
    /// <param name="pack">Returns the form of a value, which is never null.</param>
    /// <param name="unpack">Makes the value from its form.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="InvalidOperationException">The type already has a converter, or values of it have already travelled.</exception>
    public static void Register<T, TForm>(Func<T, TForm> pack, Func<TForm, T> unpack)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(pack);
        ArgumentNullException.ThrowIfNull(unpack);
        Converters.Add(typeof(T), new FormConverter<T, TForm>(pack, unpack));
    }

    /// <summary>Sends the values of a generic type as values of another type, whatever the type arguments are.</summary>
    /// <param name="form">
    /// The definition of a class that implements <see cref="IPayloadForm{T, TForm}"/>, such as <c>typeof(BagForm&lt;&gt;)</c>.
    /// </param>
    /// <exception cref="ArgumentNullException">The argument is null.</exception>
    /// <exception cref="ArgumentException">The type is not such a definition.</exception>
    /// <exception cref="InvalidOperationException">The generic type already has a form, or values of it have already travelled.</exception>
    public static void Register(Type form)
    {
        ArgumentNullException.ThrowIfNull(form);
        Converters.AddGeneric(form);
    }
}
