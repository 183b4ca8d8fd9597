using System.Buffers;

namespace Braid.Multiprocessing;

/// <summary>How values travel between the processes of a program.</summary>
/// <remarks>Python counterpart: <c>copyreg</c> and <c>multiprocessing.reduction.register</c>.</remarks>
public static class Payloads
{
    /// <summary>Lets values of a type travel in a way of their own.</summary>
    /// <remarks>
    /// Both processes need the converter, and in a worker <c>Main</c> does not run: call this from a module initialiser
    /// (<see cref="ModuleInitializerAttribute"/>) of the program or of the assembly that declares the type, which runs in workers too.
    /// It does not block. The converter may be called on any thread, on several at once.
    /// </remarks>
    /// <typeparam name="T">The type; a class derived from it needs a converter of its own.</typeparam>
    /// <param name="write">Writes a value, never null.</param>
    /// <param name="read">Makes the value from exactly the bytes that were written.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="InvalidOperationException">The type has a converter, or values of it travelled already.</exception>
    public static void Register<T>(Action<IBufferWriter<byte>, T> write, Func<ReadOnlyMemory<byte>, T> read)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(write);
        ArgumentNullException.ThrowIfNull(read);
        if (!Converters.TryAdd(new PayloadConverter<T>(write, read)))
        {
            throw new InvalidOperationException($"{TypeText.Of(typeof(T))} has a converter, or values of it travelled already. Register one converter, in a module initialiser.");
        }
    }
}
