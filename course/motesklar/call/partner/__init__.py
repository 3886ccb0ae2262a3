"""The automated partner. Until rooms use `partner.Partner`, the former one is offered here."""

from motesklar.call.former_partner import Line as Line
from motesklar.call.former_partner import Partner as Partner
from motesklar.call.former_partner import PartnerState as PartnerState
from motesklar.call.former_partner import Progress as Progress
