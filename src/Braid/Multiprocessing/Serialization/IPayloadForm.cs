namespace Braid.Multiprocessing;

/// <summary>Sends the values of a generic type as values of another type: its form.</summary>
/// <remarks>
/// <para>
/// Implement it in a class with the same type parameters, in the same order, and a parameterless constructor, and register the class with
/// <see cref="Payloads.Register(Type)"/>.
/// </para>
/// <para>Python counterpart: a function given to <c>copyreg.pickle</c>.</para>
/// </remarks>
/// <typeparam name="T">The type to be sent.</typeparam>
/// <typeparam name="TForm">What it is sent as: any type that can travel.</typeparam>
/// <example>
/// <code>
/// sealed class BagForm&lt;T&gt; : IPayloadForm&lt;Bag&lt;T&gt;, T[]&gt;
/// {
///     public T[] Pack(Bag&lt;T&gt; bag) => [.. bag];
///     public Bag&lt;T&gt; Unpack(T[] items) => new(items);
/// }
/// </code>
/// </example>
public interface IPayloadForm<T, TForm>
    where T : notnull
{
    /// <summary>Returns the form of a value. May be called on any thread, on several at once.</summary>
    /// <param name="value">The value, never null.</param>
    TForm Pack(T value);

    /// <summary>Makes a value from its form. May be called on any thread, on several at once.</summary>
    /// <param name="form">What <see cref="Pack"/> returned, in another process.</param>
    T Unpack(TForm form);
}
