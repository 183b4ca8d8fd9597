namespace Braid.Multiprocessing;

/// <summary>How a delegate holds the object its method is called on.</summary>
internal enum DelegateTarget : byte
{
    /// <summary>It has none: a static method, or an instance method that takes its object as first argument.</summary>
    None = 0,

    /// <summary>The compiler's object for lambdas that capture nothing; any new one will do.</summary>
    Stateless = 1,

    /// <summary>An object that travels with it.</summary>
    Held = 2,
}
