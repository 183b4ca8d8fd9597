using System.Collections;

namespace Braid.Python;

/// <summary>An iterator: the keys of a dictionary, or what a method of an interface enumerates.</summary>
internal sealed class IteratorReferent(IEnumerator items) : Referent<IteratorReferent>(Name)
{
    public const string Name = "Iterator";

    private static readonly MethodTable<IteratorReferent> s_methods = new MethodTable<IteratorReferent>()
        .Add("__next__", "", static (self, _, _) => self.Next())
        .Add("send", "value", static (self, _, a) => self.Send(a[0]))
        .Add("throw", "type, value=None, traceback=None", static (self, _, a) => self.Throw(a[0]))
        .Add("close", "", static (self, _, _) => self.Close());

    private readonly IEnumerator _items = items;
    private readonly Threading.Lock _gate = new();   // of the program's enumerator, which serves one caller at a time
    private bool _isClosed;                          // guarded by _gate

    protected override MethodTable<IteratorReferent> Methods => s_methods;

    public override void Dispose()
    {
        Close();
        base.Dispose();
    }

    private object? Next()
    {
        using Threading.Scope scope = _gate.EnterScope();
        return !_isClosed && _items.MoveNext() ? _items.Current : throw Exceptions.Make("StopIteration");
    }

    private object? Send(object? value) => value is null
        ? Next()
        : throw Exceptions.Make("TypeError", "an iterator of C# takes no values");

    private object? Throw(object? exception)
    {
        Close();
        throw exception as Exception ?? Exceptions.Make("RuntimeError", $"thrown: {PythonRepr.Of(exception)}");
    }

    private void Close()
    {
        using Threading.Scope scope = _gate.EnterScope();
        if (!_isClosed)
        {
            _isClosed = true;
            (_items as IDisposable)?.Dispose();
        }
    }
}
