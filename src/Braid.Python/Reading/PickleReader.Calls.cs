namespace Braid.Python;

/// <content>Names, calls, and the state of objects.</content>
internal ref partial struct PickleReader
{
    private readonly string NameLine(ReadOnlySpan<byte> line)
    {
        _context.ChargeValue(2L * line.Length);
        return PythonText.Read(line, out string? error) ?? throw Refused(error);
    }

    private readonly void PushStackGlobal()
    {
        object? name = Pop().Value;
        object? module = Pop().Value;
        if (name is not string nameText || module is not string moduleText)
        {
            throw _input.Damaged("a global whose name is no text");
        }

        PushGlobal(moduleText, nameText);
    }

    private readonly void PushGlobal(string module, string name) => Push(Find(module, name).Global);

    private readonly GlobalReader Find(string module, string name)
    {
        if (module.Length == 0 || name.Length == 0)
        {
            throw _input.Damaged("a global without a name");
        }

        if (_protocol < 3)
        {
            (module, name) = Python2Names.Translate(module, name);
        }

        return _context.Options.FindReader(module, name) ?? throw PickleException.Unknown(module, name);
    }

    private readonly void Call(ValueStack.Slot args, ValueStack.Slot callable)
    {
        if (callable.Value is not PythonGlobal { Reader: { } reader } || args.Value is not object?[] arguments
            || arguments.GetType() != typeof(object[]))
        {
            throw _input.Damaged("a call of what is no class or function, or without its tuple of arguments");
        }

        _context.ChargeValue();
        if (!reader.ReadsInPlace || reader.CallWithState is not null)
        {
            Taken(args);                                 // replaces the bytes in the tuple itself, which the arguments are
        }

        _stack.Push(reader.Apply(_context, arguments), args.Depth);
    }

    private readonly void CallWithKeywords(ValueStack.Slot keywords, ValueStack.Slot args, ValueStack.Slot callable)
    {
        if (keywords.Value is not Dictionary<object, object?> { Count: 0 })
        {
            throw new PickleException($"The pickle creates a {callable.Value} with keyword arguments, which no reader takes.");
        }

        Call(args, callable);
    }

    private readonly void CallOld(string module, string name)
    {
        ReadOnlySpan<ValueStack.Slot> slots = PopToMark();
        _context.ChargeValue(ReadContext.ValueCost + (8L * slots.Length));
        Call(new ValueStack.Slot(Values(slots), DepthOf(slots)), new ValueStack.Slot(Find(module, name).Global, 0));
    }

    private readonly void CallOld(ReadOnlySpan<ValueStack.Slot> slots)
    {
        if (slots.IsEmpty)
        {
            throw Underflow();
        }

        _context.ChargeValue(ReadContext.ValueCost + (8L * slots.Length));
        Call(new ValueStack.Slot(Values(slots[1..]), DepthOf(slots)), slots[0]);
    }

    private readonly void Build(ValueStack.Slot state)
    {
        ValueStack.Slot slot = Pop();
        switch (slot.Value)
        {
            case Unbuilt unbuilt:
                object? value = unbuilt.Reader.ReadsInPlace ? state.Value : Taken(state).Value;
                var built = new ValueStack.Slot(unbuilt.Reader.Build(_context, unbuilt, value), Math.Max(slot.Depth, state.Depth));
                _memo.Replace(unbuilt, built);
                PushAgain(built);
                break;
            case PythonException exception when state.Value is Dictionary<object, object?> attributes:
                Exceptions.SetAttributes(_context, exception, attributes);
                _stack.Push(exception, Math.Max(slot.Depth, state.Depth));
                break;
            default:
                throw new PickleException(
                    $"The pickle gives a state to a {slot.Value?.GetType().Name ?? "None"}, whose reader takes none.");
        }
    }
}
