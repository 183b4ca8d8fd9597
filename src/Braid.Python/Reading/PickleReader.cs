using System.Buffers.Text;

namespace Braid.Python;

/// <summary>
/// The machine that a pickle is a program of: a stack of values, a memo, and one opcode after another until STOP.
/// </summary>
/// <remarks>
/// It keeps three rules. A name in the pickle is looked up among the readers, and refused at once if it is not found; no name leads to a
/// type or method of .NET. A length in the pickle is compared with the bytes that are left, and charged to the limits, before anything is
/// allocated. And the machine does not recurse, so the thread's stack does not depend on the depth of the pickle.
///
/// A list, dictionary or set is complete only at the end, since it may contain itself. The depth that a value on the stack carries is
/// therefore the current one: a chain of lists that is linked through the memo, one at a time, can be deeper. The number of values bounds
/// it, and whatever walks values here (Dumps, the conversion of Loads&lt;T&gt;, the comparison of keys) has a bound of its own.
/// </remarks>
internal ref partial struct PickleReader
{
    private readonly ReadContext _context;
    private readonly ValueStack _stack = new();
    private readonly Memo _memo;
    private PickleInput _input;
    private int _protocol;

    private PickleReader(ReadOnlySpan<byte> data, ReadContext context)
    {
        _input = new PickleInput(data);
        _context = context;
        _memo = new Memo(context);
    }

    public static unsafe object? Read(ReadOnlySpan<byte> data, PickleOptions options)
    {
        if (data.Length > options.MaxBytes)
        {
            throw PickleException.Limit(nameof(PickleOptions.MaxBytes), options.MaxBytes, $"The pickle has {data.Length:n0} bytes");
        }

        fixed (byte* first = data)
        {
            var context = new ReadContext(options, first, data.Length);
            try
            {
                return new PickleReader(data, context).Run();
            }
            finally
            {
                context.End();
            }
        }
    }

    private object? Run()
    {
        while (true)
        {
            Opcode opcode = _input.ReadOpcode();
            if (opcode == Opcode.Stop)
            {
                return End();
            }

            Execute(opcode);
        }
    }

    private object? End()
    {
        object? value = Pop().Value;
        return (_stack.Count, _stack.MarkCount, _input.Left, _context.UnbuiltCount) switch
        {
            (0, 0, 0, 0) => value,
            (_, _, > 0 and int left, _) => throw _input.Damaged($"{left:n0} more bytes after its end"),
            (_, _, _, > 0) => throw _input.Damaged("an object without its state"),
            _ => throw _input.Damaged("more than one value"),
        };
    }

    private void Execute(Opcode opcode)
    {
        switch (opcode)
        {
            case Opcode.Proto:
                _protocol = _input.ReadByte();
                if (_protocol > 5)
                {
                    throw _input.Damaged($"protocol {_protocol}, which no Python has");
                }

                break;
            case Opcode.Frame:
                _input.OpenFrame();
                break;

            case Opcode.None:
                Push(null);
                break;
            case Opcode.NewTrue:
                Push(true);
                break;
            case Opcode.NewFalse:
                Push(false);
                break;
            case Opcode.BinInt1:
                PushInt(_input.ReadByte());
                break;
            case Opcode.BinInt2:
                PushInt(_input.ReadUInt16());
                break;
            case Opcode.BinInt:
                PushInt(_input.ReadInt32());
                break;
            case Opcode.Long1:
                PushInt(_input.Read(_input.ReadByte()));
                break;
            case Opcode.Long4:
                PushInt(_input.Read(Length(_input.ReadInt32())));
                break;
            case Opcode.Int:
                ReadIntLine(_input.ReadLine());
                break;
            case Opcode.Long:
                ReadLongLine(_input.ReadLine());
                break;
            case Opcode.BinFloat:
                PushNew(_input.ReadDouble());
                break;
            case Opcode.Float:
                ReadFloatLine(_input.ReadLine());
                break;

            case Opcode.ShortBinUnicode:
                PushText(_input.Read(_input.ReadByte()));
                break;
            case Opcode.BinUnicode:
                PushText(_input.Read(_input.ReadUInt32()));
                break;
            case Opcode.BinUnicode8:
                PushText(_input.ReadCounted8());
                break;
            case Opcode.Unicode:
                PushEscapedText(_input.ReadLine());
                break;
            case Opcode.ShortBinString:
                PushOldText(_input.Read(_input.ReadByte()));
                break;
            case Opcode.BinString:
                PushOldText(_input.Read(Length(_input.ReadInt32())));
                break;
            case Opcode.String:
                PushQuotedText(_input.ReadLine());
                break;
            case Opcode.ShortBinBytes:
                PushBytes(_input.Read(_input.ReadByte()));
                break;
            case Opcode.BinBytes:
                PushBytes(_input.Read(_input.ReadUInt32()));
                break;
            case Opcode.BinBytes8:
                PushBytes(_input.ReadCounted8());
                break;
            case Opcode.ByteArray8:
                PushBytes(_input.ReadCounted8(), isByteArray: true);
                break;

            case Opcode.Mark:
                Mark();
                break;
            case Opcode.EmptyTuple:
                Push(Array.Empty<object?>(), 1);
                break;
            case Opcode.Tuple1:
                MakeTuple(1);
                break;
            case Opcode.Tuple2:
                MakeTuple(2);
                break;
            case Opcode.Tuple3:
                MakeTuple(3);
                break;
            case Opcode.Tuple:
                MakeTuple(PopToMarkInPlace());
                break;
            case Opcode.EmptyList:
                _context.ChargeValue(ReadContext.ContainerCost);
                Push(new List<object?>(), 1);
                break;
            case Opcode.List:
                MakeList(PopToMark());
                break;
            case Opcode.Append:
                AppendOne();
                break;
            case Opcode.Appends:
                Append(PopToMark());
                break;
            case Opcode.EmptyDict:
                Push(_context.NewDictionary(), 1);
                break;
            case Opcode.Dict:
                MakeDictionary(PopToMark());
                break;
            case Opcode.SetItem:
                SetOneItem();
                break;
            case Opcode.SetItems:
                SetItems(PopToMark());
                break;
            case Opcode.EmptySet:
                Push(_context.NewSet(), 1);
                break;
            case Opcode.AddItems:
                AddItems(PopToMark());
                break;
            case Opcode.FrozenSet:
                MakeFrozenSet(PopToMark());
                break;

            case Opcode.Pop:
                if (_stack.IsAtMark)
                {
                    PopToMarkInPlace();                  // as in Python: the mark itself is on top
                }
                else
                {
                    PopInPlace();
                }

                break;
            case Opcode.PopMark:
                PopToMarkInPlace();
                break;
            case Opcode.Dup:
                Duplicate();
                break;
            case Opcode.Memoize:
                _memo.Put((uint)_memo.Count, Peek(), _input.Position);
                break;
            case Opcode.BinPut:
                _memo.Put(_input.ReadByte(), Peek(), _input.Position);
                break;
            case Opcode.LongBinPut:
                _memo.Put(_input.ReadUInt32(), Peek(), _input.Position);
                break;
            case Opcode.Put:
                _memo.Put(MemoIndex(_input.ReadLine()), Peek(), _input.Position);
                break;
            case Opcode.BinGet:
                PushAgain(_memo.Get(_input.ReadByte(), _input.Position));
                break;
            case Opcode.LongBinGet:
                PushAgain(_memo.Get(_input.ReadUInt32(), _input.Position));
                break;
            case Opcode.Get:
                PushAgain(_memo.Get(MemoIndex(_input.ReadLine()), _input.Position));
                break;

            case Opcode.Global:
                PushGlobal(NameLine(_input.ReadLine()), NameLine(_input.ReadLine()));
                break;
            case Opcode.StackGlobal:
                PushStackGlobal();
                break;
            case Opcode.Reduce:
            case Opcode.NewObj:
                Call(PopInPlace(), Pop());
                break;
            case Opcode.NewObjEx:
                CallWithKeywords(Pop(), Pop(), Pop());
                break;
            case Opcode.Inst:
                CallOld(NameLine(_input.ReadLine()), NameLine(_input.ReadLine()));
                break;
            case Opcode.Obj:
                CallOld(PopToMark());
                break;
            case Opcode.Build:
                Build(PopInPlace());
                break;

            case Opcode.PersId or Opcode.BinPersId:
                throw new PickleException(
                    "The pickle refers to an object by a persistent id, which only its writer's own code understands.");
            case Opcode.Ext1 or Opcode.Ext2 or Opcode.Ext4:
                throw new PickleException(
                    "The pickle names a class by a number of copyreg's extension registry, which this program does not have.");
            case Opcode.NextBuffer or Opcode.ReadOnlyBuffer:
                throw new PickleException("The pickle's buffers are not in it: it was written with buffer_callback.");
            default:
                throw _input.Damaged($"byte 0x{(byte)opcode:x2} is no opcode");
        }
    }

    private readonly void Push(object? value, int depth = 0)
    {
        _context.Charge(ReadContext.ValueCost / 3);      // its place on the stack
        _stack.Push(value, depth);
    }

    private readonly void PushAgain(ValueStack.Slot slot) => Push(Taken(slot).Value, slot.Depth);

    private readonly void PushNew(object value, int depth = 0)
    {
        _context.ChargeValue();
        _stack.Push(value, depth);
    }

    private readonly ValueStack.Slot Peek() => _stack.HasTop ? _stack.Top : throw Underflow();

    private readonly ValueStack.Slot Pop() => Taken(PopInPlace());

    private readonly ValueStack.Slot PopInPlace() => _stack.HasTop ? _stack.Pop() : throw Underflow();

    /// <summary>The value, with copies of the bytes that are still in the pickle: only the machine and some readers know those.</summary>
    private readonly ValueStack.Slot Taken(ValueStack.Slot slot)
    {
        if (slot.IsInPlace)
        {
            if (slot.Value is object?[] tuple)
            {
                foreach (ref object? item in tuple.AsSpan())
                {
                    item = item is BytesInPlace inside ? inside.Take(_context) : item;
                }
            }
            else
            {
                slot.Value = ((BytesInPlace)slot.Value!).Take(_context);
            }

            slot.IsInPlace = false;
        }

        return slot;
    }

    private readonly PickleException Underflow() => _input.Damaged("an opcode finds no value to work on");

    private readonly void Mark()
    {
        if (_stack.MarkCount >= _context.Options.MaxDepth)
        {
            throw TooDeep();
        }

        _context.Charge(sizeof(int) * 2);
        _stack.Mark();
    }

    private readonly ReadOnlySpan<ValueStack.Slot> PopToMark()
    {
        Span<ValueStack.Slot> slots = PopToMarkInPlace();
        if (_stack.HasInPlace)
        {
            foreach (ref ValueStack.Slot slot in slots)
            {
                slot = Taken(slot);
            }
        }

        return slots;
    }

    private readonly Span<ValueStack.Slot> PopToMarkInPlace() =>
        _stack.MarkCount > 0 ? _stack.PopToMark() : throw _input.Damaged("an opcode finds no mark");

    private readonly void Duplicate()
    {
        ValueStack.Slot slot = Peek();
        if (slot.Value is Unbuilt)
        {
            throw _input.Damaged("an object is duplicated before it has its state");
        }

        PushAgain(slot);
    }

    private readonly ulong Length(int length) => length >= 0 ? (ulong)length : throw _input.Damaged($"a length of {length:n0}");

    private readonly int Deeper(int depth) => depth < _context.Options.MaxDepth ? depth + 1 : throw TooDeep();

    private readonly int DepthOf(ReadOnlySpan<ValueStack.Slot> slots)
    {
        int depth = 0;
        foreach (ref readonly ValueStack.Slot slot in slots)
        {
            depth = Math.Max(depth, slot.Depth);
        }

        return Deeper(depth);
    }

    private readonly PickleException TooDeep() =>
        PickleException.Limit(nameof(PickleOptions.MaxDepth), _context.Options.MaxDepth, "The values of the pickle are nested too deep");

    private readonly uint MemoIndex(ReadOnlySpan<byte> line) =>
        Utf8Parser.TryParse(line, out uint index, out int used) && used == line.Length
            ? index
            : throw _input.Damaged("a memo number that is none");
}
