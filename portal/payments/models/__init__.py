from .compensation import Compensation as Compensation
from .dues import PayAccount as PayAccount, Schedule as Schedule
from .inbox import ProviderEvent as ProviderEvent, RefusedCall as RefusedCall
from .invoices import InvoiceRequest as InvoiceRequest
from .ledger import Account as Account, LedgerEntry as LedgerEntry, LedgerTransaction as LedgerTransaction
from .money import Dispute as Dispute, Payment as Payment, Refund as Refund, TransferSlip as TransferSlip
from .remote import FakeObject as FakeObject
from .statements import BankFormat as BankFormat, BankStatement as BankStatement, StatementRow as StatementRow
