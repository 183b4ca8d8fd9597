namespace Braid.Multiprocessing;

/// <summary>Lets the values of a generic type travel as values of another type: its form.</summary>
/// <remarks>
/// <para>Implemented by a class with the same type parameters, in the same order, and a constructor without arguments; <see cref="Payloads.Register(Type)"/> makes it known.</para>
/// <para>Python counterpart: a function given to <c>copyreg.pickle</c>.</para>
/// </remarks>
/// <typeparam name="T">The type that travels.</typeparam>
/// <typeparam name="TForm">What it travels as: any type that can travel.</typeparam>
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
    /// <summary>The form of a value. May be called on any thread, on several at once.</summary>
    /// <param name="value">The value, never null.</param>
    TForm Pack(T value);

    /// <summary>Makes a value of its form. May be called on any thread, on several at once.</summary>
    /// <param name="form">What <see cref="Pack"/> returned, in another process.</param>
    T Unpack(TForm form);
}
